"""The JSON Schema of a stored record."""

from collections.abc import Callable
from typing import Any

from jsonschema import Draft202012Validator

from dougong.fields import TYPES
from dougong.spec.compiled import CompiledApp
from dougong.spec.record_schema import record_schema

Compile = Callable[[dict[str, Any]], CompiledApp]


def test_the_shape_of_the_example(purchase: dict[str, Any], compiled: Compile) -> None:
    made = record_schema(compiled(purchase).forms["request"], "en")
    Draft202012Validator.check_schema(made)
    assert made["title"] == "Purchase request"
    assert made["$id"] == "urn:dougong:purchase.request"
    assert made["required"] == ["reason", "category"]
    assert made["additionalProperties"] is False
    assert list(made["properties"]) == ["reason", "category", "needed_on", "supplier", "lines", "total", "quote"]
    row = made["properties"]["lines"]["items"]
    assert row["required"] == ["item", "quantity"]
    assert row["additionalProperties"] is False
    assert list(row["properties"]) == ["id", "item", "quantity", "price", "subtotal"]
    assert made["properties"]["total"]["x-dougong"] == {"type": "money", "computed": True}
    validator = Draft202012Validator(made)
    good = {
        "reason": "x",
        "category": "office",
        "lines": [{"id": "1", "item": "a", "quantity": "1.00"}],
        "total": "1.00",
    }
    assert validator.is_valid(good)
    assert not validator.is_valid(good | {"other": 1})
    assert not validator.is_valid(good | {"lines": [{"item": "a"}]})
    assert not validator.is_valid({"category": "office"})


def test_required_is_only_what_every_record_has(form_spec: Any, compiled: Compile) -> None:
    def text(key: str, **more: Any) -> dict[str, Any]:
        return {"key": key, "type": "text", "title": "T", "required": True, **more}

    table = {"key": "l", "type": "subtable", "title": "L", "required": True, "show_if": "TRUE", "fields": [text("x")]}
    spec = form_spec(
        text("a"), text("b", show_if="TRUE"), text("c", require_if="TRUE"), text("d", value='"x"'),
        {"key": "s", "type": "section", "show_if": "TRUE", "fields": [text("e")]},
        {"key": "s2", "type": "section", "fields": [text("g")]}, {"key": "n", "type": "serial", "required": True}, table,
    )  # fmt: skip
    made = record_schema(compiled(spec).forms["f"])
    assert made["required"] == ["a", "g"]
    assert made["properties"]["l"]["items"]["required"] == []


def test_every_field_type_has_a_shape_in_it(form_spec: Any, compiled: Compile) -> None:
    fields: list[dict[str, Any]] = []
    for name in TYPES:
        more: dict[str, Any] = {"to": "a.f"} if name == "reference" else {"value": "1"} if name == "formula" else {}
        fields.append({"key": f"x_{name}", "type": name, **more})
    made = record_schema(compiled(form_spec(*fields)).forms["f"])
    Draft202012Validator.check_schema(made)
    assert list(made["properties"]) == [f"x_{name}" for name, kind in TYPES.items() if kind.holds_value]
