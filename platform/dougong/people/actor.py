"""Who acts: one person with everything that rights depend on, loaded afresh for every request."""

from dataclasses import dataclass

from sqlalchemy import or_, select

from dougong.db import Tx
from dougong.errors import SignInNeeded
from dougong.people.tables import department, membership, person, role_member


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who acts. Departments are ids; ``roles`` are ``app.role``; ``language`` and ``theme`` are "" when not chosen.

    ``department`` is the main one, ``departments`` all one belongs to, ``departments_below`` those and all under them,
    ``head_of`` the departments one is the head of.
    """

    id: int
    login: str
    name: str
    admin: bool = False
    builder: bool = False
    language: str = ""
    roles: frozenset[str] = frozenset()
    department: int | None = None
    departments: frozenset[int] = frozenset()
    departments_below: frozenset[int] = frozenset()
    head_of: frozenset[int] = frozenset()
    theme: str = ""

    @property
    def is_admin(self) -> bool:
        """Whether everything may be administered."""
        return self.admin

    @property
    def is_builder(self) -> bool:
        """Whether apps may be built."""
        return self.admin or self.builder


SYSTEM = Actor(0, "system", "系统")
"""Who acts when no person does: timers, loads, the effects of a flow. It cannot sign in."""


def load_actor(tx: Tx, person_id: int) -> Actor:
    """The person as of now; raises SignInNeeded when there is none or the person is disabled."""
    row = tx.conn.execute(select(person).where(person.c.id == person_id, person.c.active)).one_or_none()
    if row is None:
        raise SignInNeeded("people.sign_in_needed")
    main, own, below, heading = _departments(tx, person_id)
    return Actor(
        id=row.id,
        login=row.login,
        name=row.name,
        admin=row.admin,
        builder=row.builder,
        language=row.language,
        roles=_roles(tx, person_id),
        department=main,
        departments=own,
        departments_below=below,
        head_of=heading,
        theme=row.theme,
    )


def _roles(tx: Tx, person_id: int) -> frozenset[str]:
    held = select(role_member.c.app, role_member.c.role).where(role_member.c.person_id == person_id)
    return frozenset(f"{row.app}.{row.role}" for row in tx.conn.execute(held))


def _departments(tx: Tx, person_id: int) -> tuple[int | None, frozenset[int], frozenset[int], frozenset[int]]:
    """The main department, one's own, those and all below, and those one heads."""
    own = select(department.c.id, department.c.path, membership.c.main).join_from(membership, department)
    mine = tx.conn.execute(own.where(membership.c.person_id == person_id)).all()
    near = or_(department.c.head_id == person_id, *(department.c.path.startswith(row.path) for row in mine))
    rows = tx.conn.execute(select(department.c.id, department.c.path, department.c.head_id).where(near)).all()
    return (
        next((row.id for row in mine if row.main), None),
        frozenset(row.id for row in mine),
        frozenset(row.id for row in rows if any(row.path.startswith(top.path) for top in mine)),
        frozenset(row.id for row in rows if row.head_id == person_id),
    )
