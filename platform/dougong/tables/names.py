"""Physical names: readable, at most 63 characters, never given twice."""

import hashlib

LONGEST = 63
_ROOM = 55  # leaves room for a companion's or an index's ending
_ENGINE_WORDS = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid", "rowid", "_rowid_"})


def table_name(app: str, form: str, sub_table: str, taken: set[str]) -> str:
    """A free table name such as ``x_purchase_request`` or ``x_purchase_request__lines``."""
    name = f"x_{app}_{form}" + (f"__{sub_table}" if sub_table else "")
    return _free(_short(name), taken)


def column_name(field: str, suffix: str, taken: set[str]) -> str:
    """A free column name: the field's key, or ``_key_suffix`` for a companion (no key starts with an underscore)."""
    name = f"_{field}_{suffix}" if suffix else field
    return _free(_short(name), taken | _ENGINE_WORDS)


def index_name(table: str, *columns: str) -> str:
    """The name of an index over these columns of a table; the same columns give the same name."""
    return _short("ix_" + "_".join((table, *columns)))


def _short(name: str) -> str:
    if len(name) <= _ROOM:
        return name
    return f"{name[: _ROOM - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _free(name: str, taken: set[str]) -> str:
    found, count = name, 2
    while found in taken:
        found, count = f"{name}_{count}", count + 1
    return found
