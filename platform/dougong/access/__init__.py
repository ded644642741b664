"""Who may do what with which rows and fields: one compiler for every read, default deny."""

from dougong.access.columns import StoredColumns
from dougong.access.grants import RowGrant, everything, grants_for
from dougong.access.older import OlderView
from dougong.access.view import View

__all__ = ["OlderView", "RowGrant", "StoredColumns", "View", "everything", "grants_for"]
