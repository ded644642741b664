"""Look-ups: whatever names a person or department finds it, one statement for a batch however large."""

from typing import Any

import pytest
from sqlalchemy import insert, update

from dougong.db import Database, Tx
from dougong.fields.base import Department, Invalid, Person
from dougong.flows.people import People
from dougong.people.accounts import new_person
from dougong.people.actor import SYSTEM, load_actor
from dougong.people.approvers import Approvers
from dougong.people.directory import Directory
from dougong.people.names import reading
from dougong.people.tables import person


@pytest.mark.parametrize(
    "raw", ["li", " LI ", "ｌｉ", "李强", " 李强 ", "李强 (li)", "李强（LI）", "李强(li) "], ids=ascii
)
def test_a_person_is_found_by_whatever_names_one(org: Database, id_of: Any, raw: str) -> None:
    found = org.read(lambda tx: Directory(tx).person(raw))
    assert found == Person(id_of("li"), "li", "李强")


@pytest.mark.parametrize(
    "raw", ["", "nobody", "张敏 (li)", "system", "系统", "0", "9" * 30, "-1", "l%", "\x00"], ids=ascii
)
def test_what_names_nobody_finds_nobody(org: Database, raw: str) -> None:
    assert org.read(lambda tx: Directory(tx).person(raw)) is None


def test_a_name_several_have_is_refused_unless_all_but_one_left(org: Database) -> None:
    with pytest.raises(Invalid) as refused:
        org.read(lambda tx: Directory(tx).person("张敏"))
    assert (refused.value.code, refused.value.params["logins"]) == ("people.several_have_name", ["min2", "zhang"])
    assert org.read(lambda tx: Directory(tx).person("张敏 (min2)")).login == "min2"
    org.write(lambda tx: tx.conn.execute(update(person).where(person.c.login == "min2").values(active=False)))
    assert org.read(lambda tx: Directory(tx).person("张敏")).login == "zhang"
    assert org.read(lambda tx: Directory(tx).person("min2")).login == "min2"


def test_a_login_wins_over_a_name_and_a_name_over_an_id(org: Database, id_of: Any) -> None:
    zhou = id_of("zhou")

    def work(tx: Tx) -> None:
        assert Directory(tx).person(str(zhou)).login == "zhou"
        tx.conn.execute(insert(person), [new_person("someone", "li"), new_person("other", str(zhou))])
        Directory(tx).forget()
        assert Directory(tx).person("li").name == "李强"
        assert Directory(tx).person(str(zhou)).login == "other"

    org.write(work)


def test_a_batch_is_one_statement_and_is_not_asked_again(org: Database, counting: Any, id_of: Any) -> None:
    def work(tx: Tx) -> None:
        directory = Directory(tx)
        raws = ["li", "孙浩", "周婷 (zhou)", "nobody", *(f"unknown{n}" for n in range(1500))]
        with counting(tx) as sent:
            directory.prime(raws)
            assert len(sent) == 1
            assert [directory.person(raw) is not None for raw in raws[:5]] == [True, True, True, False, False]
            assert directory.person_by_id(id_of_sun).name == "孙浩"
            assert Directory(tx).person("li") is not None
            assert len(sent) == 1
            directory.prime(["zeng", "li"], ["rd", "office"])
            assert len(sent) == 3
            assert directory.department("rd").name == "研发中心"
            assert directory.department("研发一部").key == "rd1"
            assert directory.department_by_id(directory.department("office").id).key == "office"
            assert len(sent) == 3

    id_of_sun = id_of("sun")
    org.read(work)


def test_ids_are_one_statement_too_and_the_system_has_a_name(org: Database, counting: Any, id_of: Any) -> None:
    ids = [id_of("li"), id_of("sun"), 0, 12345]

    def work(tx: Tx) -> list[Person | None]:
        directory = Directory(tx)
        with counting(tx) as sent:
            directory.prime_ids(ids, [1])
            found = [directory.person_by_id(id) for id in ids]
            assert len(sent) == 2
        return found

    found = org.read(work)
    assert [each.name if each else None for each in found] == ["李强", "孙浩", "系统", None]


def test_a_department_is_found_by_key_name_or_path(org: Database) -> None:
    def work(tx: Tx) -> None:
        zh, en = Directory(tx), Directory(tx, "en")
        found = zh.department("研发一部")
        assert found == Department(found.id, "rd1", "研发一部", "研发中心 / 研发一部")
        for raw in ("rd1", " rd1 ", "team 1", "研发中心/研发一部", "R&D / Team 1", str(found.id)):
            assert en.department(raw) == Department(found.id, "rd1", "Team 1", "R&D / Team 1")
        assert [zh.department(raw) for raw in ("", "RD9", "行政部/研发一部", "/", "0")] == [None] * 5
        assert [each.key for each in zh.search_departments("研发")] == ["rd", "rd1"]
        assert [each.key for each in zh.search_departments("te")] == ["rd1"]
        assert len(zh.search_departments("", 2)) == 2

    org.read(work)


@pytest.mark.parametrize(
    ("q", "logins"),
    [
        ("zh", ["zhang", "min2", "zhou"]),
        ("ZHANGM", ["zhang", "min2"]),
        ("zm", ["zhang", "min2"]),
        ("张", ["zhang", "min2"]),
        ("国藩", ["zeng"]),
        ("zengguo", ["zeng"]),
        ("zgf", ["zeng"]),
        ("min2", ["min2"]),
        ("hang", []),
        ("%", []),
        ("_", []),
        ("sys", []),
        ("系", []),
    ],
)
def test_search_by_the_beginning_of_login_pinyin_or_initials(org: Database, q: str, logins: list[str]) -> None:
    found = org.read(lambda tx: Directory(tx).search_people(q))
    assert sorted(each.login for each in found) == sorted(logins)


def test_search_leaves_out_who_left_and_keeps_to_its_limit_in_order_of_pinyin(org: Database) -> None:
    org.write(lambda tx: tx.conn.execute(update(person).where(person.c.login == "sun").values(active=False)))
    found = org.read(lambda tx: Directory(tx).search_people("", 4))
    assert [each.name for each in found] == ["李强", "曾国藩", "张敏", "张敏"]


def test_an_exact_login_comes_first(org: Database) -> None:
    org.write(lambda tx: tx.conn.execute(insert(person), [new_person("z", "邹平"), new_person("aaa", "赵一")]))
    found = org.read(lambda tx: Directory(tx).search_people("z"))
    assert found[0].login == "z"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("张敏", ("zhangmin", "zm")),
        ("单雄信", ("shanxiongxin", "sxx")),
        ("尉迟恭", ("yuchigong", "ycg")),
        ("曾", ("ceng", "c")),
        ("Ana María", ("anamaría", "am")),
        ("李Leo", ("lileo", "ll")),
    ],
)
def test_how_names_read(name: str, expected: tuple[str, str]) -> None:
    assert reading(name) == expected


def test_an_actor_knows_roles_departments_and_what_is_below(org: Database, id_of: Any) -> None:
    def work(tx: Tx) -> None:
        key = {node.key: node.id for node in Directory(tx).tree.by_id.values()}
        sun = load_actor(tx, id_of("sun"))
        assert (sun.login, sun.name, sun.admin, sun.is_admin) == ("sun", "孙浩", False, False)
        assert sun.roles == {"purchase.cfo"}
        assert (sun.department, sun.departments) == (key["rd"], {key["rd"]})
        assert sun.departments_below == {key["rd"], key["rd1"]}
        assert sun.head_of == {key["rd"]}
        zhang = load_actor(tx, id_of("zhang"))
        assert (zhang.department, zhang.departments) == (key["office"], {key["office"], key["rd"]})
        assert zhang.departments_below == set(key.values())
        assert zhang.head_of == frozenset()
        li = load_actor(tx, id_of("li"))
        assert (li.is_admin, li.roles) == (True, {"purchase.buyer", "mdm.steward"})
        zeng = load_actor(tx, id_of("zeng"))
        assert (zeng.department, zeng.departments, zeng.departments_below) == (None, frozenset(), frozenset())

    org.read(work)
    assert SYSTEM.id == 0
    assert not SYSTEM.is_admin


def test_the_organisation_as_flows_ask(org: Database, id_of: Any, counting: Any) -> None:
    li, sun, zhou, min2, zhang, zeng = (id_of(login) for login in ("li", "sun", "zhou", "min2", "zhang", "zeng"))

    def work(tx: Tx) -> None:
        people: People = Approvers(tx, "purchase")
        assert people.role("buyer") == (zhou, li)
        assert people.role("steward") == ()
        with counting(tx) as sent:
            assert [people.supervisor(min2, level) for level in range(5)] == [None, zhou, sun, li, None]
            assert len(sent) == 1
        assert people.supervisor(li, 1) is None
        assert people.head_of_department_of(zhang) == li
        assert people.head_of_department_of(zhou) is None
        assert people.head_of_department_of(zeng) is None
        assert people.head_of_department_of(1) is None
        assert people.department("rd") == (sun, zhang)
        assert people.department("nowhere") == ()
        assert people.logins(("zhou", "nobody", "LI", "孙浩")) == (zhou, li)
        assert [people.active(id) for id in (li, 0, 1)] == [True, False, False]
        assert people.admins() == (li,)

    org.read(work)


def test_those_who_left_hold_their_posts_but_are_not_active(org: Database, id_of: Any) -> None:
    zhou = id_of("zhou")
    org.write(lambda tx: tx.conn.execute(update(person).where(person.c.id == zhou).values(active=False)))

    def work(tx: Tx) -> None:
        people = Approvers(tx, "purchase")
        assert zhou in people.role("buyer")
        assert not people.active(zhou)

    org.read(work)


def test_a_loop_of_supervisors_in_the_data_ends(org: Database, id_of: Any) -> None:
    li, sun = id_of("li"), id_of("sun")
    org.write(lambda tx: tx.conn.execute(update(person).where(person.c.id == li).values(supervisor_id=sun)))
    assert org.read(lambda tx: Approvers(tx, "purchase").supervisor(sun, 3)) == li
    assert org.read(lambda tx: Approvers(tx, "purchase").supervisor(sun, 40)) is None
