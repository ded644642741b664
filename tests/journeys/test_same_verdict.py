"""One verdict whatever the way in: the same random values through page, API, load and command line get the same
problems, at the same places, in the same words, or become the same record."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from sqlalchemy import true

from dougong.access import RowGrant
from dougong.apps import publish_files
from dougong.cli import main
from dougong.errors import Problem
from dougong.fields import Field
from dougong.people import tokens
from dougong.people.accounts import find_person
from dougong.records import Delete, Visit, write
from dougong.records.load import load as load_records
from dougong.words import sentence

SPECS = Path(__file__).resolve().parents[1] / "specs"
WHO = {"everything.record": "zhang", "purchase.request": "zhang", "expense.claim": "zhang", "mdm.supplier": "chen"}
PLAIN = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\u2028\u2029"), max_size=12)
TEXTS = (
    "",
    " ",
    "x",
    "ab",
    "采购 A4",
    "  padded  ",
    "y" * 31,
    "０１２",
    "=1+1",
    "00501",
    "一\n二",
    "🙂🙂",
    "a,b;c|d\te",
    '"quoted"',
)
GIVEN: dict[str, Sequence[str]] = {
    "text": TEXTS,
    "paragraph": (*TEXTS, "z" * 1001, "1\n\n2\n"),
    "number": ("1", "-1", "0", "1.5", "1,234.5", "１２", "1e3", "abc", "0.00001", "9" * 21, "12.345", "(5)", "50%", "٣",
               " 7 ", "+3", "1 234", "0x10", "NaN", "inf", "--1", "1.", ".5", "1001", "1/2"),
    "money": ("1", "0", "-0.01", "12.345", "¥5", "￥1,000.50", "5元", "CNY 5", "$5", "abc", "1e2", "0.005", "9" * 17, "1,00"),
    "date": ("2026-03-01", "2026/3/1", "2026-02-30", "2026年3月5日", "20260301", "tomorrow", "9999-12-31", "0001-01-01",
             "2026-3", "3/1/2026", "2026-03-01 10:00", "１９９９-01-01"),
    "datetime": ("2026-03-01T09:00", "2026-03-01 09:00:00", "2026-03-01T09:00:00+08:00", "2026-03-01", "x", "2026-03-01 25:00",
                 "2026/3/1 9:05", "2026-03-01T09:00:00Z"),
    "yesno": ("true", "false", "是", "否", "Y", "0", "maybe", "2", "TRUE"),
    "person": ("li", "李强", "李强 (li)", "LI", "nobody", "system", "x" * 600, "李", "admin"),
    "department": ("office", "行政部", "研发一部", "rd1", "nowhere", "Office", "x" * 600),
    "file": ("nothing", "a b", "0" * 32),
}  # fmt: skip
REFERENCES = {
    "mdm.supplier": ("GYS-0001", "gys-0002", "GYS-9999", "", "江苏恒岳特种钢材有限公司", "91320500MAWLT6A299", "0"),
    "everything.thing": ("T1", "t1", "T2", "螺丝", "nothing", "1" * 30),
}  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """Either problems as (place, code, sentence), or the record's status and values less ids and serials."""

    problems: frozenset[tuple[str, str, str]] = frozenset()
    status: str = ""
    values: str = ""


@dataclass
class Ways:
    """Four ways into one form, each undone after it."""

    site: Any
    form: str
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    heard: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.login = WHO[self.form]
        make = self.site.composition.database.write
        self.headers = {
            "Authorization": f"Bearer {make(lambda tx: tokens.create(tx, find_person(tx, self.login)))}",
            "Accept-Language": "en",
        }
        self.client = self.site.client(self.login)
        self.path = self.form.replace(".", "/")
        page = self.client.get(f"/a/{self.path}/new")
        assert page.status_code == 200
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        assert found is not None
        self.csrf = unescape(found[1])
        self.opened = 0
        self.monkeypatch.setattr("dougong.cli.shell.compose", lambda _: self.site.composition)
        self.monkeypatch.setattr("dougong.cli.shell.upgrade", lambda _: None)
        self.monkeypatch.setattr("dougong.cli.shell.tell", lambda problems, _: self.heard.extend(problems))
        drawn = __import__("dougong_runtime.forms", fromlist=["fill_page"]).fill_page

        def listening(filling: Any, raw: Any, problems: Any = (), **more: Any) -> Any:
            self.heard.extend(problems)
            return drawn(filling, raw, problems, **more)

        self.monkeypatch.setattr("dougong_runtime.forms.fill_page", listening)

    # -- the ways in ------------------------------------------------------------------------------------------------------
    def page(self, values: dict[str, Any]) -> Verdict:
        posted: list[tuple[str, str]] = [("csrf_token", self.csrf), ("_key", f"key-{self.opened}")]
        self.opened += 1
        for key, value in values.items():
            posted += self._posted(self.compiled.fields[key].spec, key, value)
        self.heard.clear()
        data: dict[str, list[str]] = {}
        for name, text in posted:
            data.setdefault(name, []).append(text)
        answer = self.client.post(f"/a/{self.path}/new", data=data, headers={"Accept-Language": "en"})
        if answer.status_code == 303:
            return self.kept(int(answer.headers["Location"].rpartition("/")[2]))
        assert answer.status_code == 422, answer.text[:800]
        words = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))
        for problem in self.heard:
            if "[" not in problem.at:
                assert re.sub(r"\s+", " ", sentence(problem, "en")) in words, problem
        return self.refused()

    def _posted(self, spec: Field, name: str, value: Any) -> Iterator[tuple[str, str]]:
        if spec.type_key() == "subtable":
            columns = self.compiled.rows[spec.key]
            for index, row in enumerate(value):
                for key, cell in row.items():
                    yield from self._posted(columns[key].spec, f"{name}-{index}-{key}", cell)
        elif isinstance(value, list):
            yield name, ""
            yield from ((name, text) for text in value)
        elif spec.type_key() in ("person", "department", "reference"):
            yield f"{name}.text", value
        else:
            yield name, value

    def api(self, values: dict[str, Any]) -> Verdict:
        answer = self.site.app.test_client().post(
            f"/api/v1/apps/{self.path}/records", json={"values": values}, headers=self.headers
        )
        if answer.status_code == 201:
            return self.kept(int(answer.json["id"]))
        assert answer.status_code == 422, answer.text[:800]
        return Verdict(frozenset((p["at"], p["code"], p["message"]) for p in answer.json["problems"]))

    def command(self, values: dict[str, Any]) -> Verdict:
        file = self.folder / "values.json"
        file.write_text(json.dumps(values), encoding="utf-8")
        done = self._run("submit", self.form, "--as", self.login, "--values", file)
        return self.kept(int(json.loads(done.stdout)["id"])) if done.exit_code == 0 else self.refused()

    def load(self, values: dict[str, Any]) -> Verdict:
        tables = [key for key in values if key in self.compiled.rows]
        flat = {key: value for key, value in values.items() if key not in tables}
        inner = [(table, key) for table in tables for key in self.compiled.rows[table]]
        group = ["key"] if self.compiled.rows else []
        header = [*group, *flat, *(f"{table}.{key}" for table, key in inner)]
        lines = max([1, *(len(values[table]) for table in tables)])
        file = self.folder / "table.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(header)
            for index in range(lines):
                rows = {table: values[table][index] for table in tables if index < len(values[table])}
                cells = [rows.get(table, {}).get(key, "") for table, key in inner]
                writer.writerow([*(["1"] if group else []), *map(_cell, flat.values()), *map(_cell, cells)])
        before = self.newest()
        done = self._run("load", self.form, file, "--as", self.login, "--start-flow")
        return self.kept(self.newest(before)) if done.exit_code == 0 else self.refused()

    def _run(self, *words: object) -> Any:
        self.heard.clear()
        env = {"DOUGONG_DATA": str(self.site.composition.settings.data), "DOUGONG_DATABASE": ""}
        done = CliRunner(env=env).invoke(main, ["--language", "en", *map(str, words)])
        assert done.exit_code == 0 or self.heard, done.output
        return done

    # -- what came of it --------------------------------------------------------------------------------------------------
    @property
    def compiled(self) -> Any:
        return self.read(lambda visit: visit.forms.form(self.form)).form

    def read(self, work: Any) -> Any:
        return self.site.composition.read(self.site.actor(self.login), "page", work)

    def newest(self, after: int = 0) -> int:
        def work(visit: Visit) -> int:
            table = visit.forms.form(self.form).physical.main.table
            ids = visit.tx.conn.execute(table.select().with_only_columns(table.c.id)).scalars()
            return max(ids, default=0)

        found = int(self.read(work))
        assert found > after or not after
        return found

    def refused(self) -> Verdict:
        return Verdict(frozenset((p.at, p.code, sentence(p, "en")) for p in self.heard))

    def kept(self, id: int) -> Verdict:
        """The record as the API gives it; then it is gone, so that the next way in finds its unique values free."""
        answer = self.site.app.test_client().get(f"/api/v1/apps/{self.path}/records/{id}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        record = answer.json
        serials = {key for key, each in self.compiled.fields.items() if each.spec.type_key() == "serial"}
        values = {key: _without_ids(value) for key, value in record["values"].items() if key not in serials}
        self.site.composition.write(self.site.actor("admin"), "page", lambda visit: self._forget(visit, id))
        return Verdict(status=record["status"], values=json.dumps(values, sort_keys=True, ensure_ascii=False))

    def _forget(self, visit: Visit, id: int) -> None:
        every = frozenset({"read", "delete"})
        visit.grant_sources = (lambda _, live: [RowGrant("tests", every, true(), lambda values: True)],)
        live = visit.forms.form(self.form)
        write(visit, live, [Delete(id, load_records(visit.tx, live, [id])[id]["version"])])


def _without_ids(value: Any) -> Any:
    """Rows without their ids."""
    rows = isinstance(value, list) and all(isinstance(each, dict) for each in value)
    return [{key: each for key, each in row.items() if key != "id"} for row in value] if rows else value


def _cell(value: Any) -> str:
    return "; ".join(value) if isinstance(value, list) else value


# -- values that every way in can carry: texts, lists of option texts, rows of texts ---------------------------------------
GOOD: dict[str, Sequence[str]] = {
    "text": ("采购 A4", "00501", "ab c", "  padded  ", "a,b;c|d", '"quoted"', "=1+1", "甲 乙"),
    "paragraph": ("采购 A4", "1\n\n2\n", "x"), "number": ("1", "2.5", "１２", "7"),
    "money": ("1", "12.345", "¥5", "1,000.50"),
    "date": ("2026-03-01", "2026/3/1"), "datetime": ("2026-03-01T09:00", "2026-03-01 09:00:00"), "yesno": ("true", "否"),
    "person": ("li", "李强", "李强 (li)"), "department": ("office", "研发一部"),
}  # fmt: skip
FITTING = {
    "needed_on": ("2099-01-01",), "spent_on": ("2020-01-05", "2020/1/6"), "starts_on": ("2020-01-01",),
    "starts": ("2020-01-01",),
    "ends_on": ("2020-01-09",), "ends": ("2020-01-01",), "amount": ("1", "¥25.005"), "price": ("3", "12.345"),
    "count": ("7", "0"),
    "credit_code": ("91320500MAWLT6A298", ""), "thing": ("T1",), "supplier": ("GYS-0001", "91320500MAWLT6A299"),
}  # fmt: skip


def options(spec: Any) -> list[str]:
    return [each.key for each in spec.options] + [text for each in spec.options for text in each.title.values()]


def wild(spec: Any) -> st.SearchStrategy[Any]:
    """Anything, most of it wrong."""
    kind = spec.type_key()
    if kind == "choice":
        return st.sampled_from([*options(spec), "zzz", spec.options[0].key.upper()])
    if kind == "choices":
        return st.lists(st.sampled_from([*options(spec), "zzz"]), min_size=1, max_size=4)
    if kind == "file":
        return st.lists(st.sampled_from(["nothing", "0" * 32]), min_size=1, max_size=3)
    if kind == "reference":
        return st.sampled_from([text for text in REFERENCES[spec.to] if text])
    known = st.sampled_from(GIVEN[kind])
    return (known | PLAIN) if kind in ("text", "paragraph") else known


def good(spec: Any) -> st.SearchStrategy[Any]:
    """What is right in itself."""
    if spec.key in FITTING:
        return st.sampled_from(FITTING[spec.key])
    if spec.type_key() == "choice":
        return st.sampled_from(options(spec))
    if spec.type_key() == "choices":
        return st.lists(st.sampled_from(options(spec)), min_size=1, max_size=2)
    return st.sampled_from(GOOD[spec.type_key()])


def sayable(spec: Field, found: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A blank cell says nothing, so that a default can; a blank on a page says blank."""
    return found.filter(lambda raw: not isinstance(raw, str) or bool(raw.strip())) if spec.default else found


def dictionaries(fields: dict[str, Field], of: Any, needed: bool) -> st.SearchStrategy[dict[str, Any]]:
    parts = {key: sayable(spec, of(spec)) for key, spec in fields.items() if of is wild or spec.type_key() != "file"}
    must = {key: part for key, part in parts.items() if needed and fields[key].required}
    return st.fixed_dictionaries(must, optional={key: part for key, part in parts.items() if key not in must})


def mixed(fields: dict[str, Field], all_right: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Right values, or those with one or two that are not, or anything."""
    right, wrong = dictionaries(fields, good, True), dictionaries(fields, wild, False)
    if all_right:
        return right
    keys = st.sets(st.sampled_from(sorted(fields)), max_size=2)
    some = st.builds(lambda r, w, k: r | {key: w[key] for key in k if key in w}, right, wrong, keys)
    return some | wrong


def payloads(form: Any, settable: frozenset[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Half of them right in every field, which does not yet make them a record that its rules allow."""
    right, any_ = (_payloads(form, settable, all_right) for all_right in (True, False))
    found = right | any_
    # a table without groups of rows passes over a line in which nothing stands
    return found if form.rows else found.filter(lambda values: any(str(_cell(v)).strip() for v in values.values()))


def _payloads(form: Any, settable: frozenset[str], all_right: bool) -> st.SearchStrategy[dict[str, Any]]:
    held = {key: c.spec for key, c in form.fields.items() if key in settable and c.settable and key not in form.rows}
    found = mixed(held, all_right)
    for table in form.rows:
        rows = st.lists(rows_of(form.rows[table], all_right), min_size=1, max_size=3)
        more = rows if all_right else st.none() | rows
        found = st.builds(lambda values, rows, table=table: values | ({table: rows} if rows else {}), found, more)
    return found


def rows_of(columns: Any, all_right: bool) -> st.SearchStrategy[dict[str, Any]]:
    """A row says something: one in which all is blank is no row on a page and in a table."""
    held = {key: c.spec for key, c in columns.items() if c.settable and c.spec.type_key() != "file"}
    found = mixed(held, all_right)
    return found.filter(lambda row: any(str(v).strip() and v != "false" for v in row.values()))


def proved(ways: Ways, examples: int) -> None:
    form = ways.compiled
    settable = ways.read(lambda visit: visit.view(visit.forms.form(ways.form)).creatable())
    outcomes = {"kept": 0, "refused": 0}

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), derandomize=examples < 100)
    @given(payloads(form, settable))
    def same(values: dict[str, Any]) -> None:
        verdict = ways.api(values)
        outcomes["refused" if verdict.problems else "kept"] += 1
        note(f"api: {verdict}")
        assert ways.page(values) == verdict
        assert ways.command(values) == verdict
        assert ways.load(values) == verdict

    same()
    assert outcomes["refused"]
    assert outcomes["kept"], outcomes


@pytest.fixture
def ways(site: Any, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ways:
    spec = {"everything.json": (SPECS / "everything.json").read_bytes()}
    site.composition.database.write(lambda tx: publish_files(tx, spec, "command"))
    made = Ways(site, request.param, tmp_path, monkeypatch)
    if request.param.startswith("everything"):
        body = {"values": {"code": "T1", "name": "螺丝"}}
        things = "/api/v1/apps/everything/thing/records"
        assert site.app.test_client().post(things, json=body, headers=made.headers).status_code == 201
    return made


@pytest.mark.parametrize("ways", WHO, indirect=True)
def test_every_way_in_gives_one_verdict(ways: Ways) -> None:
    proved(ways, 24)


@pytest.mark.soak
@pytest.mark.parametrize("ways", WHO, indirect=True)
def test_every_way_in_gives_one_verdict_long(ways: Ways) -> None:
    proved(ways, 600)


@pytest.mark.parametrize("ways", ["purchase.request"], indirect=True)
def test_a_different_verdict_would_be_seen(ways: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison can fail: one way in that looks the other way is found out."""
    bad = {"reason": "", "category": "zzz", "lines": [{"item": "x", "quantity": "0"}]}
    assert ways.api(bad) == ways.page(bad) == ways.command(bad) == ways.load(bad)
    assert {(at, code) for at, code, _ in ways.api(bad).problems} == {
        ("reason", "field.required"), ("category", "field.not_an_option"), ("lines[0].quantity", "field.more_than"),
    }  # fmt: skip
    good = {"reason": "纸", "category": "office", "lines": [{"item": "A4", "quantity": "2", "price": "1.005"}]}
    assert ways.api(good) == ways.page(good) == ways.command(good) == ways.load(good)
    assert ways.api(good) != ways.api(good | {"reason": "笔"})
