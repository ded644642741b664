"""Judging whom a grant or a step means: exactly one way of saying it, and one that leads to somebody."""

from dougong.formulas import Scope
from dougong.formulas.kinds import Kind
from dougong.spec import model
from dougong.spec.compiling.context import Context
from dougong.spec.positions import Path

WAYS = ("role", "people", "department", "supervisor_of", "head_of", "field")


def judge_whom(context: Context, path: Path, whom: model.Whom, scope: Scope) -> None:
    """``path`` is that of ``who``; ``scope`` the record's, for the fields that name a person."""
    if not isinstance(whom, model.Who):
        return
    said = [way for way in WAYS if getattr(whom, way)]
    if len(said) != 1:
        context.faults.add(path, "spec.who_not_one", choices=list(WAYS), said=said)
    roles = [role.key for role in context.app.roles]
    if whom.role and whom.role not in roles:
        context.faults.unknown((*path, "role"), "spec.no_such_role", whom.role, roles)
    people = [name for name, kind in scope.names.items() if kind.kind is Kind.PERSON]
    if whom.field and whom.field not in people:
        context.faults.unknown((*path, "field"), "spec.not_a_person_field", whom.field, people)
    if whom.level < 1:
        context.faults.add((*path, "level"), "spec.too_small", limit=1, value=str(whom.level))
    elif whom.level > 1 and not whom.supervisor_of:
        context.faults.add((*path, "level"), "spec.does_not_apply", option="level", type=said[0] if said else "who")
