"""Marks of what a record holds, to tell whether a field is as it was when its page was opened."""

from typing import Any

from dougong.forms.raw import digest
from dougong.records.history import plain
from dougong.spec.compiled import CompiledForm


def mark(form: CompiledForm, key: str, value: Any) -> str:
    """A mark of what people can set of a value: computed columns of rows follow by themselves."""
    if key in form.rows:
        settable = ["id", *(column for column, compiled in form.rows[key].items() if compiled.settable)]
        value = [{column: row.get(column) for column in settable} for row in value or ()]
    return digest(plain(value))
