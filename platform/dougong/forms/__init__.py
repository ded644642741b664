"""Forms as pages: a form of the spec → a WTForms class that reads what was posted, and slots that a template draws."""

from dougong.forms.bind import RawRecord, bind, form_class
from dougong.forms.drawing import file_slot
from dougong.forms.page import FormPage, Mode, TableSlots
from dougong.forms.parts import FileSlot, Foot, Head, Slot
from dougong.forms.raw import posted_digests
from dougong.forms.rows import apply_row_operation, blank_rows, starting_rows, without_blank_rows
from dougong.forms.slots import slots
from dougong.forms.state import Addresses, FormState, Rights, shown_places

__all__ = [
    "Addresses",
    "FileSlot",
    "Foot",
    "FormPage",
    "FormState",
    "Head",
    "Mode",
    "RawRecord",
    "Rights",
    "Slot",
    "TableSlots",
    "apply_row_operation",
    "bind",
    "blank_rows",
    "file_slot",
    "form_class",
    "posted_digests",
    "shown_places",
    "slots",
    "starting_rows",
    "without_blank_rows",
]
