"""Real typed tables made from forms, and the catalogue that remembers which column holds which field."""

from dougong.tables.build import create_tables
from dougong.tables.live import Forms, LiveForm, title_key
from dougong.tables.physical import PhysicalForm, PhysicalTable, load_physical

__all__ = ["Forms", "LiveForm", "PhysicalForm", "PhysicalTable", "create_tables", "load_physical", "title_key"]
