"""Rules that read each other, row rules over sub-tables, and what a draft shows, on both engines."""

import json
from typing import Any

import pytest

from dougong.apps import publish_files
from dougong.errors import Forbidden, NotFound, Refused
from dougong.people.accounts import add_person
from dougong.people.actor import Actor, load_actor
from dougong.records import Create, Visit, read, write
from dougong.records.filters import Filter
from dougong.records.listing import Query, count, rows

LINES = {"key": "lines", "type": "subtable", "title": "Lines", "fields": [
    {"key": "price", "type": "money", "title": "Price"},
]}  # fmt: skip
FIELDS = [
    {"key": "phone", "type": "text", "title": "Phone", "require_if": "ISBLANK(mail)"},
    {"key": "mail", "type": "text", "title": "Mail", "require_if": "ISBLANK(phone)"},
    LINES,
    {"key": "secret", "type": "text", "title": "Secret"},
]
ACCESS = [
    {"key": "make", "who": "everyone", "can": ["create"], "edit": ["phone", "mail", "lines"]},
    {"key": "own", "who": "submitter", "can": ["read"], "read": ["phone", "mail", "lines"]},
    {"key": "big", "who": {"people": ["bo"]}, "rows": "SUM(lines.price) > 100", "can": ["read"]},
]
SPEC = {
    "dougong": 1, "app": {"key": "pad", "title": "Pad"},
    "forms": [{"key": "note", "title": "Note", "fields": FIELDS, "access": ACCESS}],
}  # fmt: skip


@pytest.fixture
def people(empty_site: Any) -> dict[str, Actor]:
    database = empty_site.composition.database
    database.write(lambda tx: publish_files(tx, {"pad.json": json.dumps(SPEC).encode()}, "test"))
    ids = {login: database.write(lambda tx, login=login: add_person(tx, login, login, ())) for login in ("amy", "bo")}
    return {login: database.read(lambda tx, id=id: load_actor(tx, id)) for login, id in ids.items()}


def create(site: Any, actor: Actor, values: dict[str, Any], draft: bool = False) -> int:
    def work(visit: Visit) -> int:
        return write(visit, visit.forms.form("pad.note"), [Create(values, draft=draft)])[0].id

    return int(site.composition.write(actor, "page", work))


@pytest.mark.parametrize("given", [{"phone": "1"}, {"mail": "a"}, {"phone": "1", "mail": "a"}])
def test_one_of_two_is_enough_in_either_order(empty_site: Any, people: Any, given: dict[str, str]) -> None:
    assert create(empty_site, people["amy"], given)


def test_one_of_two_is_asked_for(empty_site: Any, people: Any) -> None:
    with pytest.raises(Refused) as refused:
        create(empty_site, people["amy"], {})
    assert {p.at for p in refused.value.problems} == {"phone", "mail"}


def test_a_row_rule_may_add_up_a_sub_table(empty_site: Any, people: Any) -> None:
    small = create(empty_site, people["amy"], {"phone": "1", "lines": [{"price": "60"}, {"price": "40"}]})
    big = create(empty_site, people["amy"], {"phone": "2", "lines": [{"price": "60"}, {"price": "40.01"}]})

    def seen(visit: Visit) -> list[int]:
        return [row.id for row in rows(visit, Query(visit.forms.form("pad.note"), ())).rows]

    assert empty_site.composition.read(people["bo"], "page", seen) == [big]
    look = lambda id: empty_site.composition.read(people["bo"], "page", lambda v: read(v, v.forms.form("pad.note"), id))  # noqa: E731
    assert look(big).id == big
    with pytest.raises(NotFound):
        look(small)


def test_a_draft_shows_its_author_no_more_than_the_grants(empty_site: Any, people: Any) -> None:
    id = create(empty_site, people["amy"], {"phone": "1"}, draft=True)

    def work(visit: Visit) -> Any:
        live = visit.forms.form("pad.note")
        with pytest.raises(Forbidden):
            count(visit, Query(live, (), filters=(Filter("secret", "eq", ("x",)),)))
        return read(visit, live, id)

    record = empty_site.composition.read(people["amy"], "page", work)
    assert record.readable == record.editable == {"phone", "mail", "lines"}
    with pytest.raises(NotFound):
        empty_site.composition.read(people["bo"], "page", lambda v: read(v, v.forms.form("pad.note"), id))
