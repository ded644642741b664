"""Places are named by keys, not by indexes."""

from collections.abc import Callable
from typing import Any

import pytest

from dougong.spec.model import App
from dougong.spec.parse import parse
from dougong.spec.places import place

FORM: tuple[str | int, ...] = ("forms", 0)
CASES = [
    (("dougong",), "dougong"),
    ((*FORM, "title"), "forms.request.title"),
    ((*FORM, "fields", 0, "title"), "forms.request.fields.basic.title"),
    ((*FORM, "fields", 0, "fields", 1, "options", 2, "title"), "forms.request.fields.category.options.other.title"),
    ((*FORM, "fields", 1, "fields", 0), "forms.request.fields.lines"),
    ((*FORM, "fields", 1, "fields", 0, "fields", 3, "value"), "forms.request.fields.lines.subtotal.value"),
    ((*FORM, "fields", 1, "fields", 0, "fields"), "forms.request.fields.lines.fields"),
    ((*FORM, "fields", 0, "fields", 3, "search", 1), "forms.request.fields.supplier.search[1]"),
    ((*FORM, "access", 1, "who", "role"), "forms.request.access.order.who.role"),
    ((*FORM, "flow", "steps", 0, "who"), "forms.request.flow.steps.manager.who"),
    ((*FORM, "flow", "steps", 1, "branches", 0, "when"), "forms.request.flow.steps.amount.branches.big.when"),
    (
        (*FORM, "flow", "steps", 1, "branches", 0, "steps", 1, "who"),
        "forms.request.flow.steps.cfo.who",
    ),
    (("lists", 0, "columns", 2), "lists.open.columns[2]"),
    (("tests", 0, "as"), "tests.big_needs_quote.as"),
    (("forms", 7, "title"), "forms[7].title"),
    ((), ""),
    ((3,), "[3]"),
]


@pytest.mark.parametrize(("path", "name"), CASES)
def test_the_name_of_a_path(
    path: tuple[str | int, ...], name: str, purchase: dict[str, Any], purchase_text: str
) -> None:
    assert place(purchase, path) == name
    app = parse(purchase_text).app
    assert isinstance(app, App)
    assert place(app, path) == name


def test_what_has_no_usable_key_is_named_by_index(form_spec: Callable[..., dict[str, Any]]) -> None:
    spec = form_spec({"key": "Bad Key", "type": "text"}, {"type": "text"})
    assert place(spec, ("forms", 0, "fields", 0, "key")) == "forms.f.fields[0].key"
    assert place(spec, ("forms", 0, "fields", 1)) == "forms.f.fields[1]"
