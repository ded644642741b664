"""Who is asked at a step: the people its ``who`` names, and those asked in their place when there is nobody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from dougong.flows.events import Mode
from dougong.spec.model import Deciding, Handle, Who, Whom

CHAIN = 32
"""How many supervisors up a chain is followed; deeper is taken for a loop."""


class People(Protocol):
    """The organisation as a flow asks about it. Ids are ints; an order given is the order kept."""

    def role(self, key: str) -> tuple[int, ...]:
        """Who holds a role of the app."""

    def supervisor(self, person: int, level: int) -> int | None:
        """The supervisor ``level`` steps up (1: one's own), None where the chain ends or the post is empty."""

    def head_of_department_of(self, person: int) -> int | None:
        """The head of the person's department."""

    def department(self, key: str) -> tuple[int, ...]:
        """The members of a department."""

    def logins(self, logins: tuple[str, ...]) -> tuple[int, ...]:
        """The people with these logins, unknown ones left out."""

    def active(self, person: int) -> bool:
        """Whether the person is still there to act."""

    def admins(self) -> tuple[int, ...]:
        """Who looks after the app when nobody else can."""


@dataclass(frozen=True, slots=True)
class Staffing:
    """Who a step asks. ``named`` is what ``who`` says; ``people`` is empty when ``source`` is pass, refuse or none.

    ``reason`` is ``named``, or what is wrong with the named: ``nobody`` is there, or ``only_submitter``. ``none`` means
    that not even an admin is there to ask.
    """

    named: tuple[int, ...]
    people: tuple[int, ...]
    mode: Mode
    source: Literal["named", "next_supervisor", "admin", "pass", "refuse", "none"]
    reason: Literal["named", "nobody", "only_submitter"]


def resolve(who: Whom, submitter: int, values: Mapping[str, Any], people: People) -> tuple[int, ...]:
    """The people a ``who`` names now, each once, in order; those who left are still among them."""
    return tuple(dict.fromkeys(_named(who, submitter, values, people)))


def _named(who: Whom, submitter: int, values: Mapping[str, Any], people: People) -> Iterable[int]:
    match who:
        case str():
            found: Iterable[int] = (submitter,) if who == "submitter" else ()
        case Who(role=key) if key:
            found = people.role(key)
        case Who(people=logins) if logins:
            found = people.logins(logins)
        case Who(department=key) if key:
            found = people.department(key)
        case Who(supervisor_of="submitter"):
            found = _one(people.supervisor(submitter, who.level))
        case Who(head_of="submitter"):
            found = _one(people.head_of_department_of(submitter))
        case _:
            found = in_field(values, who.field)
    return found


def _one(person: int | None) -> tuple[int, ...]:
    return () if person is None else (person,)


def in_field(values: Mapping[str, Any], path: str) -> tuple[int, ...]:
    """The people in a person field, or in a column of a sub-table (``lines.owner``)."""
    head, _, column = path.partition(".")
    value = values.get(head)
    if column:
        return tuple(person for row in value or () for person in in_field(row, column))
    found = value if isinstance(value, (tuple, list)) else (value,)
    return tuple(person for person in found if isinstance(person, int) and not isinstance(person, bool))


def own_allowed(step: Deciding) -> bool:
    """Whether the submitter may act at a step: said so, or a handle step that names the submitter outright."""
    return step.allow_self or (isinstance(step, Handle) and step.who == "submitter")


def staff(step: Deciding, submitter: int, values: Mapping[str, Any], people: People, *, late: bool) -> Staffing:
    """Who a step asks if it is entered now.

    People who left are dropped, and the submitter too unless the step allows it; when nobody is left the step's
    ``nobody`` says who is asked instead. ``late`` means the record is already on its way: it can no longer be refused,
    so ``refuse`` becomes ``admin``. Admins stand in for a whole step, so that one of them is enough.
    """
    named = resolve(step.who, submitter, values, people)
    fit = _fit(step, named, submitter, people)
    if fit:
        return Staffing(named, fit, step.mode, "named", "named")
    reason: Literal["nobody", "only_submitter"] = "only_submitter" if submitter in named else "nobody"
    if step.nobody == "pass" or (step.nobody == "refuse" and not late):
        return Staffing(named, (), step.mode, step.nobody, reason)
    if step.nobody == "next_supervisor" and (found := _climb(step, submitter, people)):
        return Staffing(named, found, "any", "next_supervisor", reason)
    admins = _fit(step, tuple(dict.fromkeys(people.admins())), submitter, people)
    return Staffing(named, admins, "any", "admin" if admins else "none", reason)


def _fit(step: Deciding, found: tuple[int, ...], submitter: int, people: People) -> tuple[int, ...]:
    own = own_allowed(step)
    return tuple(person for person in found if people.active(person) and (own or person != submitter))


def _climb(step: Deciding, submitter: int, people: People) -> tuple[int, ...]:
    """The nearest supervisor above the one named who is there; a chain that comes round again ends."""
    who = step.who
    below = who.level if not isinstance(who, str) and who.supervisor_of else 0
    seen = {submitter}
    for level in range(1, CHAIN + 1):
        person = people.supervisor(submitter, level)
        if person is None:
            continue
        if person in seen:
            return ()
        seen.add(person)
        if level > below and people.active(person):
            return (person,)
    return ()
