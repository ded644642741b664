"""Organisation files: applied whole or not at all, as often as one likes, every problem told at once."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from dougong.config import Settings
from dougong.db import Database, Tx
from dougong.errors import Refused
from dougong.people import organisation, sessions
from dougong.people.accounts import ensure_system
from dougong.people.actor import load_actor
from dougong.people.departments import load_tree
from dougong.people.directory import Directory
from dougong.people.org_file import Applied, apply_org
from dougong.people.org_judge import loops
from dougong.people.tables import department, membership, person, role_member
from dougong.words import LANGUAGES, remedy, sentence

DEMO = Path(__file__).parents[3] / "app_specs" / "org" / "demo.json"
TABLES = (person, department, membership, role_member)


def apply(database: Database, document: Any) -> Applied:
    text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
    return database.write(lambda tx: apply_org(tx, text, "org.json"))


def refused(database: Database, document: Any) -> list[tuple[str, str]]:
    """Place and code of every problem; each has words, and nothing was stored."""
    before = contents(database)
    with pytest.raises(Refused) as error:
        apply(database, document)
    for problem in error.value.problems:
        assert problem.source == "org.json"
        for language in LANGUAGES:
            assert sentence(problem, language)
            remedy(problem, language)
    assert contents(database) == before
    return [(problem.at, problem.code) for problem in error.value.problems]


def contents(database: Database) -> list[list[Any]]:
    return database.read(lambda tx: [sorted(map(repr, tx.conn.execute(select(t)))) for t in TABLES])


def test_the_sample_organisation_is_as_it_says(database: Database) -> None:
    done = apply(database, DEMO.read_text(encoding="utf-8"))
    assert (done.departments, done.people, done.roles) == (9, 19, 6)

    def work(tx: Tx) -> None:
        org = organisation.load(tx)
        assert org.name == {"zh-CN": "云册制造", "en": "Yunce Manufacturing"}
        assert (org.zone.key, org.language, org.currency) == ("Asia/Shanghai", "zh-CN", "CNY")
        directory = Directory(tx)
        zhang, li = directory.entry("zhang"), directory.entry("li")
        assert zhang
        assert li
        assert (zhang.person.name, li.person.name, zhang.supervisor_id) == ("张敏", "李强", li.person.id)
        assert directory.department("研发二部").path == "研发中心 / 研发二部"
        assert all(node.head_id for node in directory.tree.by_id.values())
        assert load_actor(tx, directory.entry("wang").person.id).roles == {"purchase.cfo"}
        assert load_actor(tx, directory.entry("admin").person.id).admin
        hashes = tx.conn.execute(select(person.c.password_hash)).scalars().all()
        assert set(hashes) == {None}

    database.read(work)


def test_the_sample_is_stored_in_its_canonical_form() -> None:
    text = DEMO.read_text(encoding="utf-8")
    assert json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n" == text


def test_applying_it_again_changes_nothing(database: Database) -> None:
    text = DEMO.read_text(encoding="utf-8")
    first = apply(database, text)
    before = contents(database)
    again = apply(database, text)
    assert (first.added > 0, again.added, again.changed) == (True, 0, 0)
    assert contents(database) == before


def test_what_the_file_leaves_out_stays(org: Database, settings: Settings, zhang: int) -> None:
    hash = select(person.c.password_hash).where(person.c.id == zhang)
    before = contents(org)
    kept = org.read(lambda tx: tx.conn.execute(hash).scalar_one())
    done = apply(org, {"people": [{"login": "Zhang", "name": "张敏敏"}]})
    assert (done.added, done.changed) == (0, 1)
    after = contents(org)
    assert after[1:] == before[1:]
    row = org.read(lambda tx: tx.conn.execute(select(person).where(person.c.id == zhang)).one())
    assert (row.login, row.name, row.pinyin, row.password_hash) == ("Zhang", "张敏敏", "zhangminmin", kept)
    assert row.supervisor_id is not None


def test_null_takes_away_and_a_role_is_held_by_those_listed(org: Database, id_of: Any) -> None:
    apply(
        org,
        {
            "departments": [
                {"key": "rd1", "name": "一部", "parent": None},
                {"key": "office", "name": "行政部", "head": None},
            ],
            "people": [{"login": "zhou", "name": "周婷", "supervisor": None, "departments": []}],
            "roles": {"purchase.buyer": ["sun", "zhang", "sun"], "purchase.cfo": []},
        },
    )

    def work(tx: Tx) -> None:
        tree = load_tree(tx)
        assert tree.by_key["rd1"].path == f"/{tree.by_key['rd1'].id}/"
        assert tree.by_key["office"].head_id is None
        assert tree.by_key["rd"].head_id == id_of("sun")
        zhou = load_actor(tx, id_of("zhou"))
        assert (zhou.departments, zhou.roles) == (frozenset(), frozenset())
        rows = tx.conn.execute(select(role_member).order_by(role_member.c.app, role_member.c.position)).all()
        assert [(r.app, r.role, r.person_id) for r in rows] == [
            ("mdm", "steward", id_of("li")),
            ("purchase", "buyer", id_of("sun")),
            ("purchase", "buyer", id_of("zhang")),
        ]

    org.read(work)


def test_a_department_that_moves_takes_those_under_it_along(org: Database) -> None:
    apply(org, {"departments": [{"key": "rd", "name": "研发中心", "parent": "office"}]})

    def work(tx: Tx) -> None:
        tree = load_tree(tx)
        assert [node.key for node in tree.line(tree.by_key["rd1"])] == ["office", "rd", "rd1"]

    org.read(work)


def test_disabling_by_file_ends_what_was_signed_in(org: Database, settings: Settings, zhang: int) -> None:
    token = org.write(lambda tx: sessions.create(tx, zhang, settings))
    apply(org, {"people": [{"login": "zhang", "name": "张敏", "active": False}]})
    assert org.read(lambda tx: sessions.list_of(tx, zhang)) == ()
    assert org.read(lambda tx: sessions.identify(tx, token)) is None


def test_every_problem_of_structure_at_once(org: Database) -> None:
    found = refused(
        org,
        {
            "organisaton": {},
            "organisation": {
                "language": "fr",
                "currency": "yuan",
                "calendar": {"week": [0], "holidays": ["2026-02-30"]},
            },
            "departments": [{"key": "Bad Key", "name": ""}, {"name": {"de": "x"}}],
            "people": [
                {"login": 7, "name": "x", "password": "secret12345"},
                {"login": "a", "name": "b", "email": "no", "admin": "yes"},
                [],
            ],
            "roles": {"a.b": "li"},
        },
    )
    assert sorted(found) == sorted(
        [
            ("organisaton", "people.org_unknown_key"),
            ("organisation.language", "people.org_wrong_value"),
            ("organisation.currency", "people.org_wrong_value"),
            ("organisation.calendar.week[0]", "people.org_wrong_value"),
            ("organisation.calendar.holidays[0]", "people.org_wrong_value"),
            ("departments[0].key", "people.org_wrong_value"),
            ("departments[0].name", "people.org_wrong_value"),
            ("departments[1]", "people.org_missing_key"),
            ("departments[1].name.de", "people.org_unknown_key"),
            ("people[0].login", "people.org_wrong_type"),
            ("people[0].password", "people.org_unknown_key"),
            ("people[1].email", "people.org_wrong_value"),
            ("people[1].admin", "people.org_wrong_type"),
            ("people[2]", "people.org_wrong_type"),
            ("roles.a.b", "people.org_wrong_type"),
        ]
    )


def test_every_problem_of_meaning_at_once(org: Database) -> None:
    found = refused(
        org,
        {
            "organisation": {"zone": "Asia/Shanghi", "calendar": {"hours": [["18:00", "09:00"]]}},
            "departments": [
                {"key": "qa", "name": "质量部", "parent": "rd9", "head": "lii"},
                {"key": "qa", "name": "质量部"},
            ],
            "people": [
                {"login": "new", "name": "新人", "departments": ["qa", "rdd"], "supervisor": "zhuo"},
                {"login": "NEW", "name": "新人"},
                {"login": "two words", "name": "x"},
                {"login": "system", "name": "x"},
            ],
            "roles": {"buyer": ["li"], "purchase.buyer": ["li", "lii"]},
        },
    )
    assert sorted(found) == sorted(
        [
            ("organisation.zone", "people.unknown_zone"),
            ("organisation.calendar.hours[0]", "people.hours_backwards"),
            ("departments[0].parent", "people.unknown_department"),
            ("departments[0].head", "people.unknown_person"),
            ("departments[1].key", "people.org_department_twice"),
            ("people[0].departments[1]", "people.unknown_department"),
            ("people[0].supervisor", "people.unknown_person"),
            ("people[1].login", "people.org_person_twice"),
            ("people[2].login", "people.login_not_possible"),
            ("people[3].login", "people.login_not_possible"),
            ("roles.buyer", "people.org_role_name"),
            ("roles.purchase.buyer[1]", "people.unknown_person"),
        ]
    )


def test_the_nearest_known_is_named(org: Database) -> None:
    document = {
        "organisation": {"zone": "Asia/Shanghi"},
        "people": [{"login": "a", "name": "a", "supervisor": "zhuo", "departments": ["ofice"], "emial": ""}],
    }
    with pytest.raises(Refused) as error:
        apply(org, {"people": document["people"]})
    assert [p.params["nearest"] for p in error.value.problems] == ["email"]
    del document["people"][0]["emial"]  # type: ignore[index]
    with pytest.raises(Refused) as error:
        apply(org, document)
    assert [p.params["nearest"] for p in error.value.problems] == ["Asia/Shanghai", "zhou", "office"]


def test_loops_are_refused_also_those_closed_by_what_is_there(org: Database) -> None:
    rings = {"people": [{"login": "li", "name": "李强", "supervisor": "zhou"}]}
    assert refused(org, rings) == [("people[0].supervisor", "people.supervisor_loop")]
    with pytest.raises(Refused) as error:
        apply(org, rings)
    assert sorted(error.value.problems[0].params["loop"].split(" → ")[:-1]) == ["li", "sun", "zhou"]
    own = {"people": [{"login": "new", "name": "n", "supervisor": "new"}]}
    assert refused(org, own) == [("people[0].supervisor", "people.supervisor_loop")]
    departments = {"departments": [{"key": "rd", "name": "研发", "parent": "rd1"}]}
    assert refused(org, departments) == [("departments[0].parent", "people.department_loop")]


def test_departments_go_only_so_deep(org: Database) -> None:
    chain = [{"key": f"d{n}", "name": "x", **({"parent": f"d{n - 1}"} if n else {})} for n in range(60)]
    assert refused(org, {"departments": chain}) == [("departments[21].parent", "people.departments_too_deep")]
    assert apply(org, {"departments": chain[:21]}).added == 21


def test_the_last_admin_stays(org: Database) -> None:
    for change in ({"admin": False}, {"active": False}):
        document = {"people": [{"login": "li", "name": "李强", **change}]}
        with pytest.raises(Refused) as error:
            apply(org, document)
        assert [p.code for p in error.value.problems] == ["people.no_admin_left"]
    document["people"].append({"login": "sun", "name": "孙浩", "admin": True})
    assert apply(org, document).changed == 2


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [('{"people": [}', 1, 13), ('{\n  "people": nope\n}', 2, 13), ("", 1, 1), ('{"a": NaN}', 1, 7), ("[" * 99999, 1, 65)],
    ids=["comma", "word", "empty", "nan", "deep"],
)  # fmt: skip
def test_what_is_not_json_says_where(database: Database, text: str, line: int, column: int) -> None:
    with pytest.raises(Refused) as error:
        apply(database, text)
    problem = error.value.problems[0]
    assert (problem.line, problem.column) == (line, column)


def test_a_problem_says_on_which_line_and_column(org: Database) -> None:
    text = '{"roles": {"a.b": ["li",\n "lii"]},\n "people": [\n  {"login": "x", "name": "y", "emial": ""}]}'
    with pytest.raises(Refused) as error:
        apply(org, text)
    assert [(p.line, p.column, p.at) for p in error.value.problems] == [(4, 31, "people[0].emial")]
    with pytest.raises(Refused) as error:
        apply(org, text.replace("emial", "email"))
    assert [(p.line, p.column, p.at) for p in error.value.problems] == [(2, 2, "roles.a.b[1]")]


def test_a_key_written_twice_is_told_and_a_byte_order_mark_is_not(org: Database) -> None:
    with pytest.raises(Refused) as error:
        apply(org, '{"roles": {"a.b": ["li"],\n "a.b": []}}')
    assert [(p.line, p.column) for p in error.value.problems] == [(2, 2)]
    assert apply(org, "\ufeff{}") == Applied(0, 0, 0, 0, 0)


def test_long_and_odd_names_fit(org: Database) -> None:
    names = ["爨" * 100, "ﷺ" * 100, "O'Brien; --", "<b>", "a b"]
    apply(org, {"people": [{"login": f"p{n}", "name": name} for n, name in enumerate(names)]})
    found = org.read(lambda tx: [Directory(tx).person(f"p{n}").name for n in range(len(names))])
    assert found == names
    assert refused(org, {"people": [{"login": "ﷺ" * 10, "name": "x"}]}) == [
        ("people[0].login", "people.login_not_possible")
    ]


def test_the_system_has_its_row_once_and_is_nobody(org: Database) -> None:
    org.write(ensure_system)
    assert len(org.read(lambda tx: tx.conn.execute(select(person).where(person.c.id == 0)).all())) == 1
    assert refused(org, {"roles": {"a.b": ["system"]}}) == [("roles.a.b[0]", "people.unknown_person")]


def test_a_file_may_be_applied_by_two_at_once_again_and_again(org: Database) -> None:
    document = json.loads(DEMO.read_text(encoding="utf-8"))
    shifted = copy.deepcopy(document)
    shifted["people"].reverse()
    apply(org, document)
    assert apply(org, shifted).added == 0
    org.write(lambda tx: tx.conn.execute(update(person).where(person.c.login == "li").values(name="李")))
    assert apply(org, shifted).changed == 1


def test_rings_are_found_once_each() -> None:
    assert loops({1: 2, 2: 3, 3: None}) == []
    found = loops({1: 2, 2: 1, 3: 2, 4: 4, 5: 9, 6: 3})
    assert sorted(sorted(ring) for ring in found) == [[1, 2], [4]]
