"""Rights that become wider or narrower, and how many people that concerns where it is quickly known."""

from collections.abc import Iterator
from functools import cached_property

from sqlalchemy import func, select

from dougong.people.tables import person, role_member
from dougong.plans.effect import Effect
from dougong.plans.scene import Scene
from dougong.spec.diffing.naming import Text, both
from dougong.spec.diffing.parts import Part
from dougong.spec.model import Grant, Who, Whom


class People:
    """How many people a grant can mean; asked once for all roles."""

    def __init__(self, scene: Scene) -> None:
        self.tx, self.app = scene.visit.tx, scene.compiled.key

    @cached_property
    def everyone(self) -> int:
        """Everybody who may sign in."""
        query = select(func.count()).select_from(person).where(person.c.active)
        return int(self.tx.conn.execute(query).scalar_one())

    @cached_property
    def by_role(self) -> dict[str, int]:
        """Members of each role of the app."""
        c = role_member.c
        query = select(c.role, func.count()).where(c.app == self.app).group_by(c.role)
        return {row[0]: row[1] for row in self.tx.conn.execute(query)}

    def of(self, who: Whom) -> int | None:
        """How many, None where it depends on the record."""
        if who == "everyone":
            return self.everyone
        if not isinstance(who, Who):
            return None
        if who.role:
            return self.by_role.get(who.role, 0)
        return len(who.people) or None


def access(scene: Scene) -> Iterator[Effect]:
    """Grants that are new, gone, or say something else."""
    people, sides = People(scene), scene.sides
    for part in sides.added("grant"):
        yield _effect(scene, people, part, "access_added", now=True)
    for part in sides.gone("grant"):
        yield _effect(scene, people, part, "access_removed", now=False)
    for place, part in sides.after.items():
        if part.kind == "grant" and place in sides.was:
            how = _how(sides.before[sides.was[place]].struct, part.struct)
            if how:
                yield _effect(scene, people, part, f"access_{how}", now=True)


def _effect(scene: Scene, people: People, part: Part, kind: str, now: bool) -> Effect:
    assert isinstance(part.struct, Grant)
    count = people.of(part.struct.who)
    told: Text | str = "" if count is None else both("plan.people", count=count)
    params = {**scene.sides.named(part, now), "people": told}
    return Effect(kind, "attention", part.name, f"plan.{kind}", params, count or 0)


def _how(old: object, new: object) -> str:
    """``widened``, ``narrowed``, ``changed`` (both, or nobody can tell), "" for no change."""
    assert isinstance(old, Grant)
    assert isinstance(new, Grant)
    if old == new:
        return ""
    if (old.who, old.rows) != (new.who, new.rows):
        wider = old.who == new.who and not new.rows
        narrower = old.who == new.who and not old.rows
    else:
        wider = narrower = True
    wider = wider and set(old.can) <= set(new.can) and _covers(new.read, old.read) and _covers(new.edit, old.edit)
    narrower = narrower and set(new.can) <= set(old.can) and _covers(old.read, new.read) and _covers(old.edit, new.edit)
    if wider and narrower:
        return ""  # the same in another order
    return "widened" if wider else "narrowed" if narrower else "changed"


def _covers(outer: tuple[str, ...] | None, inner: tuple[str, ...] | None) -> bool:
    return outer is None or (inner is not None and set(inner) <= set(outer))
