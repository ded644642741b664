"""A record's status, as its flow says it: the only value that changes without a new version of the record."""

from sqlalchemy import update

from dougong.records.visit import Visit
from dougong.tables import LiveForm


def set_status(visit: Visit, live: LiveForm, record_id: int, status: str) -> None:
    """Store the status a flow arrived at. Not a change of what was filled in, so the version stays: two approvers who
    act on the same content do not disturb each other."""
    table = live.physical.main.table
    visit.tx.conn.execute(update(table).where(table.c.id == record_id).values(status=status))
