"""The one door: every write of a record, and every read, for every channel."""

from dougong.records.change import Change, Create, Delete, Notice, Update, Written
from dougong.records.desk import RecordDesk
from dougong.records.read import Record, as_json, learn, read, read_many
from dougong.records.visit import Follower, GrantSource, Visit
from dougong.records.write import judge_batch, store_batch, submit, write

__all__ = [
    "Change",
    "Create",
    "Delete",
    "Follower",
    "GrantSource",
    "Notice",
    "Record",
    "RecordDesk",
    "Update",
    "Visit",
    "Written",
    "as_json",
    "judge_batch",
    "learn",
    "read",
    "read_many",
    "store_batch",
    "submit",
    "write",
]
