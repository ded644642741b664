"""Real typed tables made from forms, and the catalogue that remembers which column holds which field."""

from dougong.tables.adding import add_columns
from dougong.tables.evolve import Retyped, evolve, index, publishing
from dougong.tables.layout import layout_ever, layout_of, lines_in
from dougong.tables.live import Forms, LiveForm, Shadow, title_key
from dougong.tables.physical import PhysicalForm, PhysicalTable, load_physical, physical_form

__all__ = [
    "Forms", "LiveForm", "PhysicalForm", "PhysicalTable", "Retyped", "Shadow", "add_columns", "evolve", "index", "layout_ever",
    "layout_of", "lines_in", "load_physical", "physical_form", "publishing", "title_key",
]  # fmt: skip
