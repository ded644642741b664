"""The database: an engine set up safely, one transaction per unit of work, exact types, ids."""

from dougong.db.engine import make_engine
from dougong.db.ids import as_id, id_block, new_id
from dougong.db.metadata import METADATA
from dougong.db.migrate import upgrade
from dougong.db.types import Exact, UtcDateTime
from dougong.db.unit_of_work import Again, Database, Tx

__all__ = [
    "METADATA",
    "Again",
    "Database",
    "Exact",
    "Tx",
    "UtcDateTime",
    "as_id",
    "id_block",
    "make_engine",
    "new_id",
    "upgrade",
]
