"""Uploaded files: bytes under the data folder by id, facts in a table; a record claims them when it is stored."""

from dougong.files.shelf import Shelf
from dougong.files.uploads import Upload, attach, find, open_upload, receive, register, sweep

__all__ = ["Shelf", "Upload", "attach", "find", "open_upload", "receive", "register", "sweep"]
