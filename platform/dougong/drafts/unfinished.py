"""Every draft that is open, for whoever looks for work to go on with."""

from sqlalchemy import select

from dougong.db import Tx
from dougong.drafts.store import Draft
from dougong.drafts.tables import draft as table


def open_drafts(tx: Tx) -> tuple[Draft, ...]:
    """The open drafts, the one changed last first."""
    query = select(table).where(table.c.state == "open").order_by(table.c.updated_at.desc(), table.c.id.desc())
    return tuple(
        Draft(row.id, row.app, row.base_revision, row.rev, row.spec, row.updated_by, row.updated_at)
        for row in tx.conn.execute(query)
    )


def open_keys(tx: Tx) -> frozenset[str]:
    """The keys of the apps that have an open draft."""
    return frozenset(tx.conn.execute(select(table.c.app).where(table.c.state == "open")).scalars())
