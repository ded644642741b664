"""Fill a form's search index from its records, in batches."""

from sqlalchemy import select

from dougong.db import Tx
from dougong.records.load import load
from dougong.records.search import index_records
from dougong.tables import LiveForm

_BATCH = 500


def fill_index(tx: Tx, live: LiveForm) -> int:
    """Put every living record into a new index; returns how many."""
    table = live.physical.main.table
    done, last = 0, -1
    while True:
        query = select(table.c.id).where(table.c.id > last, table.c["_deleted_at"].is_(None))
        ids = list(tx.conn.execute(query.order_by(table.c.id).limit(_BATCH)).scalars())
        if not ids:
            return done
        index_records(tx, live, load(tx, live, ids).values(), fresh=True)
        done, last = done + len(ids), ids[-1]
