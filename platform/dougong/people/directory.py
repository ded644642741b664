"""The directory: people and departments by whatever names them, asked of the database once per batch."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, and_, or_, select

from dougong.db import Tx, as_id
from dougong.fields.base import Department, Invalid, Person
from dougong.people.departments import Node, Tree, forget_tree, load_tree
from dougong.people.names import fold_login, fold_name, name_and_login
from dougong.people.tables import membership, person
from dougong.words import title

_MEMO = "people.directory"
_CHUNK = 2000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """A person with what others need to know; ``department_id`` is the main one."""

    person: Person
    login_fold: str
    name_fold: str
    active: bool
    admin: bool
    supervisor_id: int | None
    department_id: int | None


@dataclass(slots=True)
class _Known:
    asked: set[str] = field(default_factory=set)
    by_id: dict[int, Entry | None] = field(default_factory=dict)
    by_login: dict[str, Entry] = field(default_factory=dict)
    by_name: dict[str, dict[int, Entry]] = field(default_factory=dict)


class Directory:
    """Look-ups within one transaction; every Directory of a transaction shares what was found.

    ``language`` is the one department names are given in.
    """

    def __init__(self, tx: Tx, language: str = "zh-CN") -> None:
        self.tx = tx
        self.language = language
        self._known: _Known = tx.memo.setdefault(_MEMO, _Known())

    # -- filling ------------------------------------------------------------------------------------------------------
    def prime(self, persons: Iterable[str] = (), departments: Iterable[str] = ()) -> None:
        """Look up all these texts at once; the verbs below then ask nothing."""
        if list(departments):
            load_tree(self.tx)
        fresh = sorted({raw for raw in persons if raw not in self._known.asked})
        for chunk in _chunks(fresh):
            self._fetch(_matches(chunk))
            self._known.asked.update(chunk)

    def prime_ids(self, persons: Iterable[int] = (), departments: Iterable[int] = ()) -> None:
        """Look up all these ids at once."""
        if list(departments):
            load_tree(self.tx)
        for chunk in _chunks(sorted({id for id in persons if id not in self._known.by_id})):
            self._known.by_id.update(dict.fromkeys(chunk))
            self._fetch(person.c.id.in_(chunk))

    # -- people -------------------------------------------------------------------------------------------------------
    def person(self, raw: str) -> Person | None:
        """By login, ``name (login)``, a name only one has, or id, in this order; raises Invalid when several have the
        name. A name is looked for among those who are there, and only then among those who left."""
        found = self.entry(raw)
        return found.person if found else None

    def person_by_id(self, id: int) -> Person | None:
        """The person with this id, also one who left."""
        found = self.entry_by_id(id)
        return found.person if found else None

    def entry(self, raw: str) -> Entry | None:
        """As ``person``, with everything known."""
        self.prime([raw])
        if found := self._known.by_login.get(fold_login(raw)):
            return found
        if pair := name_and_login(raw):
            found = self._known.by_login.get(pair[1])
            if found and found.name_fold == pair[0]:
                return found
        id = as_id(raw)
        return self._named(raw) or (self._known.by_id.get(id) if id else None)

    def entry_by_id(self, id: int) -> Entry | None:
        """As ``person_by_id``, with everything known."""
        self.prime_ids([id])
        return self._known.by_id[id]

    def _named(self, raw: str) -> Entry | None:
        several = list(self._known.by_name.get(fold_name(raw), {}).values())
        several = [entry for entry in several if entry.active] or several
        if len(several) > 1:
            logins = sorted(entry.person.login for entry in several)
            raise Invalid("people.several_have_name", name=several[0].person.name, logins=logins)
        return several[0] if several else None

    def search_people(self, q: str, limit: int = 20) -> list[Person]:
        """People who are there, by the beginning of login, name, pinyin or initials, or by a part of the name; in the
        order of pinyin, an exact login first. Without a text the first ones."""
        login, name = fold_login(q), fold_name(q)
        c = person.c
        query = _PEOPLE.where(c.active, c.id != 0)
        if login:
            # As many rows as the organisation has people, and no index helps all five: a scan of them is quick enough.
            starts = [c[each].startswith(login, autoescape=True) for each in ("login_fold", "pinyin", "initials")]
            query = query.where(or_(*starts, c.name_fold.contains(name, autoescape=True)))
        query = query.order_by(c.login_fold != login, c.pinyin, c.login_fold).limit(limit)
        return [entry.person for entry in self._keep(self.tx.conn.execute(query))]

    # -- departments --------------------------------------------------------------------------------------------------
    @property
    def tree(self) -> Tree:
        """Every department."""
        return load_tree(self.tx)

    def department(self, raw: str) -> Department | None:
        """By key, a name (in any language) only one has, the path of names, or id; raises Invalid when several have it."""
        text, tree = raw.strip(), self.tree
        if node := tree.by_key.get(text):
            return self._department(node)
        several = tree.by_name.get(fold_name(text)) or self._by_path(text)
        if len(several) > 1:
            raise Invalid("people.several_have_department_name", name=text, keys=sorted(node.key for node in several))
        return self._department(several[0]) if several else self.department_by_id(as_id(text) or 0)

    def department_by_id(self, id: int) -> Department | None:
        """The department with this id."""
        node = self.tree.by_id.get(id)
        return self._department(node) if node else None

    def search_departments(self, q: str, limit: int = 20) -> list[Department]:
        """Departments by the beginning of their key or a part of a name; without a text the first of the tree."""
        wanted = fold_name(q)

        def fits(node: Node) -> bool:
            names = [node.name] if isinstance(node.name, str) else list(node.name.values())
            return node.key.startswith(wanted) or any(wanted in fold_name(name) for name in names)

        return [self._department(node) for node in self.tree.by_id.values() if fits(node)][:limit]

    def _by_path(self, text: str) -> Sequence[Node]:
        parts = [fold_name(part) for part in text.split("/")]
        tree = self.tree
        return [
            node
            for node in tree.by_name.get(parts[-1], ())
            if len(line := tree.line(node)) == len(parts)
            and all(above in tree.by_name.get(part, ()) for above, part in zip(line, parts, strict=True))
        ]

    def _department(self, node: Node) -> Department:
        path = self.tree.full_name(node, self.language)
        return Department(node.id, node.key, title(node.name, self.language, node.key), path)

    # -- asking -------------------------------------------------------------------------------------------------------
    def forget(self) -> None:
        """People or departments were changed in this transaction: ask again."""
        self._known = self.tx.memo[_MEMO] = _Known()
        forget_tree(self.tx)

    def _fetch(self, condition: ColumnElement[bool]) -> None:
        self._keep(self.tx.conn.execute(_PEOPLE.where(condition)))

    def _keep(self, rows: Iterable[Row[Any]]) -> list[Entry]:
        return [self._keep_one(row) for row in rows]

    def _keep_one(self, row: Row[Any]) -> Entry:
        who = Person(row.id, row.login, row.name)
        entry = Entry(who, row.login_fold, row.name_fold, row.active, row.admin, row.supervisor_id, row.department_id)
        self._known.by_id[row.id] = entry
        if row.id:  # the system is shown by its id and never found by a name
            self._known.by_login[row.login_fold] = entry
            self._known.by_name.setdefault(row.name_fold, {})[row.id] = entry
        return entry


_PEOPLE = select(
    person.c.id,
    person.c.login,
    person.c.login_fold,
    person.c.name,
    person.c.name_fold,
    person.c.active,
    person.c.admin,
    person.c.supervisor_id,
    membership.c.department_id,
).join_from(person, membership, and_(membership.c.person_id == person.c.id, membership.c.main), isouter=True)


def _matches(raws: Sequence[str]) -> ColumnElement[bool]:
    pairs = [pair for pair in map(name_and_login, raws) if pair]
    logins = {fold_login(raw) for raw in raws} | {login for _, login in pairs}
    ids = {id for id in map(as_id, raws) if id}
    names = {fold_name(raw) for raw in raws}
    return or_(person.c.login_fold.in_(logins), person.c.name_fold.in_(names), person.c.id.in_(ids))


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))
