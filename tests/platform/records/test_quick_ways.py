"""Every quick way says what the slow way says: values, rows, index words."""

import json
import random
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from dougong.fields.base import Invalid, Option, as_text
from dougong.fields.choice import Choice
from dougong.fields.date import Date
from dougong.fields.exact import fit, number_text, read
from dougong.fields.moments import _DATE, _day, _match
from dougong.fields.money import Money
from dougong.fields.number import Number
from dougong.fields.paragraph import Paragraph
from dougong.fields.text import Text, stripped
from dougong.fields.wording import every_wording
from dougong.formulas import Env
from dougong.formulas.fold import fold
from dougong.records import Create, write
from dougong.records.bulk import COPIED, insert_rows, layout_of
from dougong.records.evaluate import evaluate
from dougong.records.plan import plan_of
from dougong.records.search import _CJK, grams
from dougong.records.store import _SYSTEM
from dougong.spec.compile import compile_app
from dougong.spec.parse import parse


class Desk:
    zone = ZoneInfo("Asia/Shanghai")
    currency = "CNY"

    def notice(self, code: str, **params: Any) -> None: ...


def verdict(work: Any) -> Any:
    try:
        return work()
    except Invalid as wrong:
        return (wrong.code, sorted(wrong.params))


TEXTS = st.one_of(
    st.text(max_size=12), st.text("ab \t\r\n\u3000\u200b\ufeff\x85\u2028\x00\ud800é中", max_size=8),
    st.text("0123456789.,-+ ￥元", max_size=8), st.from_regex(r"\A-?\d{1,20}(\.\d{1,12})?\Z"),
    st.from_regex(r"\A\d{4}-\d{2}-\d{2}\Z"), st.dates().map(str),
)  # fmt: skip


@given(TEXTS)
@example("2026-02-30")
@example("1899-12-31")
@example("２０２６-01-01")
def test_one_value_is_judged_alike(raw: str) -> None:
    for field in (Text(key="a", max_length=6, min_length=2), Paragraph(key="a", max_length=6, min_length=2)):
        assert verdict(lambda f=field: f.coerce(raw, Desk())) == verdict(lambda f=field: _words(f, raw))
    for number in (Number(key="a", decimals=2, at_most=100), Money(key="a"), Number(key="a", unit="km")):
        assert verdict(lambda f=number: f.coerce(raw, Desk())) == verdict(lambda f=number: _number(f, raw))
    assert verdict(lambda: Date(key="a").coerce(raw, Desk())) == verdict(lambda: _date(raw))


def _words(field: Any, raw: str) -> Any:
    text = stripped(field.tidy(field.one_text(raw) or ""))
    if not text:
        return None
    if len(text) > field.max_length:
        raise field.refuse("field.too_long", most=field.max_length, count=len(text))
    if len(text) < field.min_length:
        raise field.refuse("field.too_short", least=field.min_length, count=len(text))
    return text


def _number(field: Any, raw: str) -> Any:
    try:
        text = number_text(raw)
        if text is None:
            return None
        value = fit(read(text, field.signs(Desk())), field.decimals)
    except Invalid as wrong:
        raise field.refuse(wrong.code, **wrong.params) from None
    field._judge(value)
    return value


def _date(raw: str) -> Any:
    try:
        match = _match(_DATE, raw, "field.not_a_date")
        return None if match is None else _day(match, "field.not_a_date")
    except Invalid as wrong:
        raise Invalid(wrong.code, title="a", **wrong.params) from None


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["", "A", "x", "Ä", "b"])), max_size=6), TEXTS)
def test_options_mean_what_they_meant(options: list[tuple[str, str]], text: str) -> None:
    field = Choice(key="a", options=_options(options))
    for asked in (text, "a", "A", "ä", "x", "b", "was a"):
        assert field.find(asked) == _find(field, asked)


def _options(pairs: list[tuple[str, str]]) -> Any:
    return tuple(Option(key=k, title={"zh-CN": t, "en": f"{t}!"} if t == "x" else t, was=(f"was {k}",)) for k, t in pairs)


def _find(field: Any, text: str) -> str | None:
    if text in field.keys():  # noqa: SIM118
        return text
    wanted = fold(text)
    titled = {o.key for o in field.options if any(wanted == fold(t) for t in every_wording(o.title) if t)}
    found = titled or {o.key for o in field.options if text in o.was}
    return found.pop() if len(found) == 1 else None


@given(st.one_of(st.text(max_size=40), st.text("ab1_-。、中文あ한\u3000 Ａ", max_size=30)))
def test_index_words_are_the_same(value: str) -> None:
    assert grams(value) == _grams(value)


def _grams(value: str) -> list[str]:
    word = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
    words: list[str] = []
    for piece in word.findall(fold(value[:5000])):
        if not any(letter.isalnum() for letter in piece):
            continue
        if piece[0] >= "\u2e80":
            words += [piece[i : i + 2] for i in range(len(piece) - 1)]
            words.append(piece[-1])
        else:
            words.append(piece)
    return words


@given(st.text(max_size=20))
def test_a_text_is_one_value(raw: str) -> None:
    bad = "\x00" in raw or any("\ud800" <= letter <= "\udfff" for letter in raw)
    assert verdict(lambda: as_text(raw)) == (("field.bad_characters", []) if bad else raw.strip() or None)


FORM = {
    "key": "f",
    "fields": [
        {"key": "t", "type": "text", "title": "T"}, {"key": "n", "type": "number", "title": "N", "decimals": 3},
        {"key": "d", "type": "date", "title": "D"}, {"key": "m", "type": "datetime", "title": "M"},
        {"key": "y", "type": "yesno", "title": "Y"},
        {"key": "c", "type": "choices", "title": "C", "options": [{"key": "a"}, {"key": "b"}]},
        {"key": "p", "type": "person", "title": "P"}, {"key": "f", "type": "file", "title": "F"},
    ],
}  # fmt: skip


@pytest.mark.parametrize("count", [1, COPIED - 1, COPIED + 20])
def test_rows_for_the_driver_are_what_the_types_would_store(place: Any, count: int) -> None:
    """Few rows, and enough for COPY: read back, every one is as SQLAlchemy itself would have stored it."""
    ref = place.publish(FORM) + ".f"
    source = random.Random(7)
    made = [
        {"t": source.choice(["x", "\\N", "a\tb", "中\\", '"', None]), "n": source.choice(["1.5", "-0", "999", ""]),
         "d": "2026-01-02", "m": source.choice(["2026-01-01 00:00", ""]), "y": source.choice([True, False, None]),
         "c": source.choice([["a"], ["a", "b"], []]), "p": "bob"}
        for _ in range(count)
    ]  # fmt: skip
    written = place.writing("ann", lambda v: write(v, v.forms.form(ref), [Create(each) for each in made]))

    def again(visit: Any) -> None:
        live = visit.forms.form(ref)
        table = live.physical.main.table
        stored = {row.id: row for row in visit.tx.conn.execute(select(table))}
        layout = layout_of(visit.tx, live.physical.main, _SYSTEM, live.form.fields.values())
        for one in written:
            row = stored[one.id]
            copy = {**row._mapping, "id": -one.id}
            visit.tx.conn.execute(insert(table).values(copy))
            assert {k: v for k, v in stored[one.id]._mapping.items() if k in layout.names} == {
                k: v for k, v in visit.tx.conn.execute(select(table).where(table.c.id == -one.id)).one()._mapping.items()
                if k in layout.names
            } | {"id": one.id}  # fmt: skip
            assert {key: one.after[key] for key in live.form.fields if key != "f"} == {
                key: None if row._mapping[live.physical.main.column(key)] is None
                else field.spec.from_column(row._mapping[live.physical.main.column(key)])
                for key, field in live.form.fields.items() if key != "f"
            }  # fmt: skip

    place.writing("ann", again)


def test_a_unique_violation_in_a_copy_is_one_of_the_engine(place: Any) -> None:
    ref = place.publish(FORM) + ".f"
    id = place.make("ann", ref, {}).id

    def twice(visit: Any) -> None:
        table = visit.forms.form(ref).physical.main.table
        insert_rows(visit.tx, table.name, ["id"], [(id,)] * COPIED)

    with pytest.raises(IntegrityError):
        place.composition.database._once(lambda tx: twice(place.composition.visit(tx, place.actor("ann"), "page")), True)


@given(st.dictionaries(st.sampled_from(["t", "n", "y"]), st.sampled_from(["x", None, Decimal(0), False]), max_size=3))
def test_a_quiet_form_is_evaluated_alike(form_alone: Any, given_: dict[str, Any]) -> None:
    form, env = form_alone
    system = {"status": "draft", "created_by": 7}
    quick = evaluate(form, system | given_, env)
    assert plan_of(form).all_quiet
    slow = evaluate(form, system | given_, env, old={}, new=False)
    assert (quick.values, quick.required, quick.hidden) == (slow.values, slow.required, slow.hidden)


@pytest.fixture(scope="module")
def form_alone() -> Any:
    spec = parse(json.dumps({"dougong": 1, "app": {"key": "a", "title": "A"}, "forms": [{**FORM, "title": "F"}]})).app
    assert spec is not None
    return compile_app(spec).forms["f"], Env(datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("Asia/Shanghai"), 1)
