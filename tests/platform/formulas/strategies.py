"""Random typed formulas and random records, with the values that usually go wrong."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from formula_engines import ROW_TYPES, TYPES
from hypothesis import strategies as st

from dougong.formulas.kinds import Kind, Type

_TEXTS = [
    "",
    "a",
    "A",
    "abc",
    "ABD",
    "张三",
    "İstanbul",
    "STRASSE",
    "straße",
    "ΣΊΣ",
    "😀x",
    "100%",
    "it''s",
    'say "x"',
    " ",
    "é",
    "É",
]
_DAYS = [date(2024, 2, 29), date(2023, 2, 28), date(2026, 3, 2), date(1, 1, 1), date(9999, 12, 31), date(2024, 1, 31)]
_MOMENTS = [
    datetime(2026, 3, 1, 16, 0, tzinfo=UTC),
    datetime(2026, 3, 1, 15, 59, 59, 999999, tzinfo=UTC),
    datetime(2024, 2, 29, 12, tzinfo=UTC),
    datetime(2026, 3, 2, 1, 30, tzinfo=UTC),
    datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
]


def _number(scale: int) -> st.SearchStrategy[Decimal]:
    edges = [0, 1, -1, 5, 25, 10**17, 10**18 - 1, -(10**18) + 1, 50, 150, 10**scale, 7 * 10**scale]
    whole = st.one_of(st.sampled_from(edges), st.integers(-(10**6), 10**6), st.integers(-(10**18) + 1, 10**18 - 1))
    return whole.map(lambda n: Decimal(n).scaleb(-scale))


def value(type_: Type) -> st.SearchStrategy[Any]:
    """A canonical value of a type, blank included."""
    kinds: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.TEXT: st.one_of(
            st.sampled_from([*_TEXTS, "x" * 5000]),
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8),
        ),
        Kind.BOOLEAN: st.booleans(),
        Kind.DATE: st.one_of(st.sampled_from(_DAYS), st.dates(date(1900, 1, 1), date(2100, 1, 1))),
        Kind.DATETIME: st.one_of(
            st.sampled_from(_MOMENTS),
            st.datetimes(datetime(1995, 1, 1), datetime(2037, 1, 1)).map(lambda m: m.replace(tzinfo=UTC)),
        ),
        Kind.PERSON: st.integers(1, 6),
    }
    filled = _number(type_.scale or 0) if type_.kind is Kind.NUMBER else kinds[type_.kind]
    return st.one_of(st.none(), filled, filled)


_line = st.fixed_dictionaries({name: value(type_) for name, type_ in ROW_TYPES.items()})
records = st.fixed_dictionaries(
    {**{name: value(type_) for name, type_ in TYPES.items()}, "lines": st.lists(_line, max_size=3)}
)


def _names(kind: Kind) -> st.SearchStrategy[str]:
    return st.sampled_from([name for name, type_ in TYPES.items() if type_.kind is kind])


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


_NUMBERS = st.sampled_from(
    [
        "0",
        "1",
        "0.1",
        "0.2",
        "2",
        "3",
        "10",
        "100",
        "0.005",
        "1e3",
        "50000",
        "123456789012345678",
        "-1",
        "-0",
        "2.5",
        "99999999999999999999999999999",
        "0.00000000000000000001",
        "1e25",
    ]
)
_COMPARE = st.sampled_from(["=", "<>", "<", ">", "<=", ">="])


def _call(name: str, *arguments: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*arguments).map(lambda given: f"{name}({', '.join(given)})")


def _infix(left: st.SearchStrategy[str], symbols: list[str], right: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(left, st.sampled_from(symbols), right).map(lambda t: f"({t[0]} {t[1]} {t[2]})")


def _any_kind(name: str, least: int, most: int, inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(inner, min_size=least, max_size=most).map(lambda given: f"{name}({', '.join(given)})")


def formulas(depth: int) -> dict[str, st.SearchStrategy[str]]:
    """Formulas of each kind, at most ``depth`` nodes deep, over a record."""
    if depth == 0:
        return {
            "number": st.one_of(_NUMBERS, _names(Kind.NUMBER), _names(Kind.NUMBER)),
            "text": st.one_of(st.sampled_from(_TEXTS).map(_quoted), _names(Kind.TEXT)),
            "boolean": st.one_of(st.sampled_from(["TRUE", "FALSE"]), _names(Kind.BOOLEAN)),
            "date": st.one_of(st.just("TODAY()"), _names(Kind.DATE), _names(Kind.DATE)),
            "datetime": st.one_of(st.just("NOW()"), _names(Kind.DATETIME), _names(Kind.DATETIME)),
            "person": st.one_of(st.just("ME()"), _names(Kind.PERSON)),
        }
    f = formulas(depth - 1)
    number, text, boolean, day, moment, person = (
        f[k] for k in ("number", "text", "boolean", "date", "datetime", "person")
    )
    places = st.sampled_from(["0", "1", "2", "-1", "-30", "25", "pieces", "total"])
    scalar = st.one_of(number, text, boolean, day, moment)
    anything = st.one_of(scalar, person)
    row_number = st.sampled_from(
        [
            "lines.price",
            "lines.quantity",
            "lines.price * lines.quantity",
            "lines.price / lines.quantity",
            "IF(lines.price > 5, lines.quantity, total)",
            "lines.price * ratio",
        ]
    )
    row_any = st.one_of(row_number, st.sampled_from(["lines", "lines.note", "lines.due", "lines.due + lines.quantity"]))

    def chosen(kind: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            kind,
            kind,
            _call("IF", boolean, kind, kind),
            _call("IF", boolean, kind),
            _call("IFERROR", kind, kind),
            _any_kind("COALESCE", 1, 3, kind),
        )

    return {
        "number": st.one_of(
            chosen(number),
            _infix(number, ["+", "-", "*", "/"], number),
            _infix(number, ["+", "-", "*", "/"], number),
            st.tuples(number, st.sampled_from(["2", "3", "-1", "0", "-3", "11"])).map(lambda t: f"({t[0]} ^ {t[1]})"),
            number.map(lambda n: f"-{n}"),
            number.map(lambda n: f"({n})%"),
            _call("ROUND", number, places),
            _call("ABS", number),
            _any_kind("SUM", 1, 3, number),
            _any_kind("AVERAGE", 1, 3, number),
            _any_kind("MIN", 1, 3, number),
            _any_kind("MAX", 1, 3, number),
            _any_kind("COUNT", 1, 3, anything),
            _call("LEN", scalar),
            _call("YEAR", st.one_of(day, moment)),
            _call("MONTH", day),
            _call("DAY", moment),
            _call("DAYS", day, st.one_of(day, moment)),
            st.tuples(day, st.one_of(day, moment)).map(lambda t: f"({t[0]} - {t[1]})"),
            _infix(moment, ["-"], moment),
            st.tuples(st.sampled_from(["SUM", "AVERAGE", "MIN", "MAX", "COUNT"]), row_number).map(
                lambda t: f"{t[0]}({t[1]})"
            ),
            row_any.map(lambda rows: f"COUNT({rows})"),
        ),
        "text": st.one_of(
            chosen(text),
            _infix(scalar, ["&"], scalar),
            _any_kind("CONCAT", 1, 3, scalar),
            _call("LEFT", scalar, places),
            _call("RIGHT", scalar, places),
        ),
        "boolean": st.one_of(
            chosen(boolean),
            _any_kind("AND", 1, 3, boolean),
            _any_kind("OR", 1, 3, boolean),
            _call("NOT", boolean),
            _call("ISBLANK", anything),
            *[
                st.tuples(k, _COMPARE, k).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
                for k in (number, text, st.one_of(day, moment))
            ],
            *[_infix(k, ["=", "<>"], k) for k in (boolean, person)],
            st.just("ISBLANK(lines)"),
        ),
        "date": st.one_of(
            chosen(day),
            _infix(day, ["+", "-"], number),
            _call("EDATE", day, number),
            _any_kind("MIN", 1, 3, day),
            _any_kind("MAX", 1, 3, day),
            st.sampled_from(["MIN(lines.due)", "MAX(lines.due + 1)"]),
        ),
        "datetime": st.one_of(chosen(moment), _any_kind("MAX", 1, 2, moment)),
        "person": chosen(person),
    }


any_formula = st.one_of(*formulas(1).values(), *formulas(2).values(), *formulas(3).values())
_row = formulas(2)
_column_number = st.one_of(
    _names(Kind.NUMBER),
    _infix(_names(Kind.NUMBER), ["+", "-", "*", "/"], _names(Kind.NUMBER)),
    st.just("IF(flag, total, fee)"),
    st.just("LEN(name)"),
)
_reduction = st.one_of(
    st.tuples(st.sampled_from(["SUM", "AVERAGE", "MIN", "MAX", "COUNT"]), _column_number).map(
        lambda t: f"{t[0]}({t[1]})"
    ),
    st.sampled_from(
        [
            "COUNT_RECORDS()",
            "COUNT(name)",
            "COUNT(starts)",
            "DAYS(MAX(ends), MIN(starts))",
            "COUNT(person)",
            'SUM(IF(status = "a", 1, 0))',
            "SUM(IF(ISBLANK(name), 1, 0))",
        ]
    ),
)
metric_formula = st.one_of(
    _reduction,
    _infix(_reduction, ["+", "-", "*", "/"], _reduction),
    _reduction.map(lambda r: f"ROUND(IFERROR({r}, 0) * 100, 1)"),
    st.sampled_from(["MIN(starts)", "MAX(made)", "MAX(ends + pieces)", "TODAY() - MIN(starts)"]),
)
