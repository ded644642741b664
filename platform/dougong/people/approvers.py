"""The organisation as the flows of one app ask about it: role holders, supervisors, heads, members, admins."""

from typing import Any

from sqlalchemy import Select, and_, literal, select

from dougong.db import Tx
from dougong.people.directory import Directory
from dougong.people.names import fold_login
from dougong.people.tables import department, membership, person, role_member

CHAIN = 32
"""How many supervisors up are read at once; deeper is taken for a loop."""


class Approvers:
    """Implements the ``People`` that flows ask, for one app. Ids of those who left are among the answers; ``active`` tells."""

    def __init__(self, tx: Tx, app: str) -> None:
        self.tx = tx
        self.app = app
        self.directory = Directory(tx)

    def role(self, key: str) -> tuple[int, ...]:
        """Who holds a role of the app, in the order they were named."""
        c = role_member.c
        return self._ids(select(c.person_id).where(c.app == self.app, c.role == key).order_by(c.position, c.person_id))

    def supervisor(self, person: int, level: int) -> int | None:
        """The supervisor ``level`` steps up (1: one's own), None where the chain ends."""
        chain = self._chain(person)
        return chain[level - 1] if 0 < level <= len(chain) else None

    def head_of_department_of(self, person: int) -> int | None:
        """The head of the person's main department, also when that is the person; None when the post is empty."""
        entry = self.directory.entry_by_id(person)
        node = self.directory.tree.by_id.get(entry.department_id or 0) if entry else None
        return node.head_id if node else None

    def department(self, key: str) -> tuple[int, ...]:
        """The members of a department itself (not of those under it), in the order of their names."""
        query = select(membership.c.person_id).join_from(membership, department)
        query = query.join(person, person.c.id == membership.c.person_id).where(department.c.key == key)
        return self._ids(query.order_by(person.c.pinyin, person.c.login_fold))

    def logins(self, logins: tuple[str, ...]) -> tuple[int, ...]:
        """The people with these logins in the order given, unknown ones left out."""
        self.directory.prime(logins)
        entries = [self.directory.entry(login) for login in logins]
        wanted = {fold_login(login) for login in logins}
        return tuple(entry.person.id for entry in entries if entry and entry.login_fold in wanted)

    def active(self, person: int) -> bool:
        """Whether the person is still there to act."""
        entry = self.directory.entry_by_id(person)
        return entry is not None and entry.active

    def admins(self) -> tuple[int, ...]:
        """Who looks after everything: the admins who are there."""
        c = person.c
        return self._ids(select(c.id).where(c.admin, c.active).order_by(c.pinyin, c.login_fold))

    def _chain(self, start: int) -> tuple[int, ...]:
        """The supervisors of a person, the nearest first, in one statement."""
        key = ("people.chain", start)
        if key not in self.tx.memo:
            first = select(person.c.supervisor_id.label("id"), literal(1).label("level")).where(person.c.id == start)
            up = first.cte("up", recursive=True)
            step = select(person.c.supervisor_id, up.c.level + 1).where(person.c.id == up.c.id)
            up = up.union_all(step.where(and_(up.c.level < CHAIN, person.c.supervisor_id.is_not(None))))
            self.tx.memo[key] = self._ids(select(up.c.id).where(up.c.id.is_not(None)).order_by(up.c.level))
        found: tuple[int, ...] = self.tx.memo[key]
        return found

    def _ids(self, query: Select[Any]) -> tuple[int, ...]:
        return tuple(self.tx.conn.execute(query).scalars())
