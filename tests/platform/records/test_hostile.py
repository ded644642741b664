"""Whatever arrives as a value, the answer is a stored record or a DougongError, on both engines."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from dougong.errors import DougongError
from dougong.records import Create, Update, submit, write

OPTIONS = [{"key": "a", "title": "Ä"}, {"key": "b"}]
LEAVES: list[dict[str, Any]] = [
    {"key": "text", "type": "text", "unique": True},
    {"key": "paragraph", "type": "paragraph", "max_length": 100_000},
    {"key": "amount", "type": "number", "decimals": 9, "unique": True},
    {"key": "money", "type": "money"},
    {"key": "date", "type": "date", "unique": True},
    {"key": "datetime", "type": "datetime"},
    {"key": "yesno", "type": "yesno"},
    {"key": "choice", "type": "choice", "options": OPTIONS},
    {"key": "choices", "type": "choices", "options": OPTIONS},
    {"key": "person", "type": "person"},
    {"key": "unit", "type": "department"},
    {"key": "file", "type": "file"},
]
KEYS = [leaf["key"] for leaf in LEAVES]


def leaves(app: str) -> list[dict[str, Any]]:
    every = [*LEAVES, {"key": "reference", "type": "reference", "to": f"{app}.f"}]
    return [{"title": leaf["key"], **leaf} for leaf in every]


def rows_of(app: str) -> list[dict[str, Any]]:
    return [{key: value for key, value in leaf.items() if key != "unique"} for leaf in leaves(app)]


@pytest.fixture(scope="module")
def ref(place: Any) -> str:
    app = f"host{place.composition.database.dialect[0]}"
    computed = [
        {"key": "sum", "type": "money", "title": "Sum", "value": "SUM(rows.money) + amount"},
        {"key": "said", "type": "text", "title": "Said", "value": 'text & "-" & LEN(paragraph)'},
    ]
    rows = {"key": "rows", "type": "subtable", "title": "Rows", "fields": rows_of(app)}
    place.publish({"key": "f", "fields": [*leaves(app), rows, *computed]}, app=app)
    return f"{app}.f"


WORDS = st.one_of(
    st.text(max_size=30), st.text(alphabet=st.characters(), max_size=5),
    st.sampled_from([
        "\x00", "\ud800", "a\udfff", "1e400", "NaN", "-0", "9" * 400, "2026-02-30", "0000-01-01", "9999-12-31T23:59:59Z",
        "x" * 100_000, "' OR 1=1 --", "\u202e", "１２３", "1,000,00", "%", "_", "\\", "ann", "admin (ann)",
        "'", '"', "😀" * 200,
        "2026-01-01T00:00:00+99:99", "true", "a,b", "a;;b", str(2**63), str(2**64), "-1", "0x1F", "∞", "", " ", "\u3000",
    ]),
)  # fmt: skip
ATOMS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.binary(max_size=5), WORDS,
    st.sampled_from([10**30, -(10**30), 10**4000, 2**63, 2**64, float("inf"), 1e308, 5e-324]),
)  # fmt: skip
RAW = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=6
)
ROW = st.dictionaries(st.sampled_from([*KEYS, "reference", "id", "nope"]), RAW, max_size=5)
RECORD = st.dictionaries(
    st.sampled_from([*KEYS, "reference", "sum", "id", "status", "created_by", "nope", "_title", "rows"]), RAW, max_size=6
)
SLOW = settings(
    max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)


@SLOW
@given(values=RECORD, rows=st.one_of(RAW, st.lists(ROW, max_size=3)), draft=st.booleans())
@example(values={"text": "\x00"}, rows=[{"id": 10**4000}], draft=True)
@example(values={"file": [["x"]], "reference": str(2**63)}, rows=[{"money": float("nan")}], draft=False)
def test_a_create_is_stored_or_refused(place: Any, ref: str, values: dict[str, Any], rows: Any, draft: bool) -> None:
    given_ = {**values, "rows": rows}
    try:
        made = place.make("ann", ref, given_, draft=draft)
    except DougongError:
        return
    place.look("ann", ref, made.id)
    assert not {"sum", "id", "status", "created_by", "nope", "_title"} & values.keys()


@pytest.mark.parametrize("key", [*KEYS, "reference", "rows"])
def test_an_integer_of_thousands_of_digits_is_refused(place: Any, ref: str, key: str) -> None:
    """It cannot even be written as text, which is why it is not among the drawn ones."""
    for raw in (10**5000, [10**5000], [{"id": 10**5000}], [{"money": 10**5000}], {"id": 10**5000}):
        with pytest.raises(DougongError):
            place.make("ann", ref, {key: raw, "nope": 1})


@SLOW
@given(values=RECORD, rows=st.lists(ROW, max_size=2), version=st.sampled_from([1, 0, -1, 10**30]))
def test_an_update_is_stored_or_refused(place: Any, ref: str, values: dict[str, Any], rows: Any, version: int) -> None:
    def work(visit: Any) -> None:
        live = visit.forms.form(ref)
        made = write(visit, live, [Create({"rows": [{"text": "kept"}]})])[0]
        write(visit, live, [Update(made.id, version, {**values, "rows": rows})])

    try:
        place.writing("ann", work)
    except DougongError:
        return
    assert version == 1


@SLOW
@given(payload=st.dictionaries(WORDS, RAW, max_size=3), key=WORDS)
def test_a_submission_is_stored_or_refused(place: Any, ref: str, payload: dict[str, Any], key: str) -> None:
    try:
        place.writing("ann", lambda v: submit(v, v.forms.form(ref), Create(payload), key, payload))
    except DougongError:
        return
