"""Data in and out as files: tables of text read, their columns matched to fields, loaded through the one door."""

from dougong.exchange.load import Loaded, load_table
from dougong.exchange.table import Sheet, read_table

__all__ = ["Loaded", "Sheet", "load_table", "read_table"]
