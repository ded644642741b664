"""Whom a grant or a step means: said in words, and chosen in a form."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dougong.formulas.kinds import Kind
from dougong.people.directory import Directory
from dougong.spec import model
from dougong.spec.compiled import CompiledForm
from dougong_builder.bench import Bench
from dougong_builder.entries import Choice
from dougong_builder.faults import Said
from dougong_builder.whereabouts import anchor

MOST_PEOPLE = 200
MOST_DEPARTMENTS = 500
LEVELS = 5


@dataclass(frozen=True, slots=True)
class Group:
    """Choices of one kind."""

    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoEntry:
    """The input of a ``who``: one choice of ``groups``. When people are meant by name, ``people`` are those who are, and
    ``others`` those who could be added."""

    id: str
    groups: tuple[Group, ...]
    named: bool
    people: tuple[Choice, ...]
    others: tuple[Choice, ...]
    faults: tuple[Said, ...]


def who_said(bench: Bench, form: CompiledForm, who: model.Whom) -> str:
    """``采购员``, ``提交人的上级``, ``张敏、李强``."""
    if isinstance(who, str):
        return bench.say(f"change.who.{who}")
    if who.role:
        roles = {role.key: bench.title(role.title, role.key) for role in bench.spec.roles}
        return roles.get(who.role, who.role)
    if who.people:
        return bench.say("parts.listed", several=[name for _, name in _names(bench, who.people)])
    if who.department:
        found = Directory(bench.visit.tx, bench.language).tree.by_key.get(who.department)
        name = bench.title(found.name, who.department) if found else who.department
        return bench.say("change.who.department", name=name)
    if who.supervisor_of:
        return _supervisor(bench, who.level)
    if who.head_of:
        return bench.say("change.who.head_of")
    if who.field:
        return bench.say("change.who.field", name=bench.field_title(form, who.field))
    return bench.say("change.nothing")


def _supervisor(bench: Bench, level: int) -> str:
    key = "change.who.supervisor_above" if level > 1 else "change.who.supervisor_of"
    return bench.say(key, name=level)


def _names(bench: Bench, logins: Sequence[str]) -> list[tuple[str, str]]:
    """Login and name; a login nobody has is its own name."""
    directory = Directory(bench.visit.tx, bench.language)
    directory.prime(logins)
    found = [(login, directory.entry(login)) for login in logins]
    return [(login, entry.person.name if entry else login) for login, entry in found]


def who_entry(bench: Bench, form: CompiledForm, place: str, who: model.Whom, step: bool) -> WhoEntry:
    """The input for the ``who`` of the part at ``place``; everybody can be granted rights, but not be asked in a step."""
    typed = bench.typed(place)
    held = typed["p.who"][-1] if typed and "p.who" in typed else written(who)
    mine = bench.visit.actor.login
    named = isinstance(who, model.Who) and bool(who.people)
    groups = list(_groups(bench, form, step, held if held.startswith("people:") else f"people:{mine}"))
    if held not in (choice.value for _, choices in groups for choice in choices):
        groups[0][1].append(Choice(held, who_said(bench, form, who)))
    on = tuple(
        Group(title, tuple(Choice(each.value, each.title, each.value == held) for each in choices))
        for title, choices in groups
        if choices
    )
    people = who.people if isinstance(who, model.Who) else ()
    return WhoEntry(
        id=anchor(f"{place}.who"), groups=on, named=named,
        people=tuple(Choice(login, name, True) for login, name in _names(bench, people)),
        others=_others(bench, people) if named else (), faults=bench.faults.at(f"{place}.who"),
    )  # fmt: skip


def written(who: model.Whom) -> str:
    """A ``who`` as its input says it: ``everyone``, ``role:cfo``, ``supervisor_of:submitter:2``."""
    if isinstance(who, str):
        return who
    if who.people:
        return f"people:{','.join(who.people)}"
    if who.supervisor_of:
        return f"supervisor_of:{who.supervisor_of}" + (f":{who.level}" if who.level != 1 else "")
    way = next((name for name in ("role", "department", "head_of", "field") if getattr(who, name)), "")
    return f"{way}:{getattr(who, way)}" if way else ""


def _groups(bench: Bench, form: CompiledForm, step: bool, people: str) -> Iterable[tuple[str, list[Choice]]]:
    say = bench.say
    first = [] if step else [Choice("everyone", say("change.who.everyone"))]
    first.append(Choice("submitter", say("change.who.submitter")))
    yield say("parts.who.general"), [*first, Choice(people, say("parts.who.people"))]
    levels = [
        Choice("supervisor_of:submitter" + (f":{level}" if level > 1 else ""), _supervisor(bench, level))
        for level in range(1, LEVELS + 1)
    ]
    yield say("parts.who.above"), [*levels, Choice("head_of:submitter", say("change.who.head_of"))]
    yield (
        say("parts.who.roles"),
        [Choice(f"role:{role.key}", bench.title(role.title, role.key)) for role in bench.spec.roles],
    )
    named = [path for path, kind in form.scope.names.items() if kind.kind is Kind.PERSON and "." not in path]
    yield (
        say("parts.who.fields"),
        [Choice(f"field:{path}", say("change.who.field", name=bench.field_title(form, path))) for path in named],
    )
    yield say("parts.who.departments"), list(_departments(bench))


def _departments(bench: Bench) -> Iterable[Choice]:
    """Every department with where it is, so that two of one name can be told apart."""
    tree = Directory(bench.visit.tx, bench.language).tree
    for node in list(tree.by_id.values())[:MOST_DEPARTMENTS]:
        yield Choice(f"department:{node.key}", tree.full_name(node, bench.language))


def _others(bench: Bench, people: Sequence[str]) -> tuple[Choice, ...]:
    found = Directory(bench.visit.tx, bench.language).search_people("", MOST_PEOPLE)
    return tuple(Choice(person.login, person.name) for person in found if person.login not in people)
