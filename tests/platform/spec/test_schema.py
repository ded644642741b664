"""The JSON Schema of the spec, and the quicker validator's equality with the standard one."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dougong.fields import TYPES
from dougong.spec.reader import read
from dougong.spec.schema import schema
from dougong.spec.validator import errors


def parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(inner)


def test_it_is_a_schema_of_the_2020_12_draft_and_json() -> None:
    made = schema()
    Draft202012Validator.check_schema(made)
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert made["$id"] == "urn:dougong:spec:1"
    assert made["title"]
    assert made["description"]
    assert json.loads(json.dumps(made)) == made
    assert made is not schema()


def test_every_object_refuses_unknown_keys_and_nothing_is_told_apart_by_one_of() -> None:
    for part in parts(schema()):
        assert "oneOf" not in part
        assert "anyOf" not in part
        if "properties" in part and "title" in part:
            assert part["additionalProperties"] is False, part["title"]


def test_every_field_type_and_step_is_told_apart_by_its_type() -> None:
    made = schema()
    ways = made["$defs"]["Form"]["properties"]["fields"]["items"]["allOf"]
    assert [way["if"]["properties"]["type"]["const"] for way in ways] == list(TYPES)
    assert all(way["then"] == {"$ref": f"#/$defs/field-{kind}"} for way, kind in zip(ways, TYPES, strict=True))
    assert {f"step-{kind}" for kind in ("approve", "handle", "branch")} <= made["$defs"].keys()


BREAKS: list[tuple[tuple[str | int, ...], Any]] = [
    (("dougong",), 2),
    (("dougong",), True),
    (("app", "key"), "A"),
    (("app", "key"), "a\n"),
    (("app", "title"), {"fr": "x"}),
    (("app", "title"), {}),
    (("app", "title"), None),
    (("forms", 0, "fields", 0, "type"), "nothing"),
    (("forms", 0, "fields", 0, "type"), 5),
    (("forms", 0, "fields", 0, "fields"), {}),
    (("forms", 0, "fields", 0, "fields", 0, "max_length"), 0),
    (("forms", 0, "fields", 0, "fields", 0, "max_length"), "200"),
    (("forms", 0, "fields", 1, "fields", 0, "fields", 2, "at_least"), "ten"),
    (("forms", 0, "fields", 1, "fields", 0, "fields", 2, "at_least"), None),
    (("forms", 0, "fields", 1, "fields", 0, "fields", 2, "at_least"), 0.5),
    (("forms", 0, "fields", 1, "fields", 0, "fields", 2, "type"), "subtable"),
    (("forms", 0, "flow"), None),
    (("forms", 0, "flow", "steps", 0, "who"), "nobody"),
    (("forms", 0, "flow", "steps", 0, "who"), {"rol": "buyer"}),
    (("forms", 0, "flow", "steps", 0, "who"), 3),
    (("forms", 0, "flow", "steps", 1, "branches", 0, "steps", 0, "mode"), "some"),
    (("lists", 0, "card"), None),
    (("lists", 0, "card"), []),
    (("lists", 0, "totals", "total"), "product"),
    (("tests", 0, "expect"), {"value": 1}),
    (("roles",), "buyer"),
]


@pytest.mark.parametrize(("path", "value"), BREAKS)
def test_the_validator_agrees_with_the_standard_one(
    path: tuple[str | int, ...], value: Any, purchase: dict[str, Any]
) -> None:
    inner: Any = purchase
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    standard = {tuple(error.absolute_path) for error in Draft202012Validator(schema()).iter_errors(purchase)}
    own = {tuple(error.absolute_path) for error in errors(purchase)}
    if value == "a\n":  # `$` of Python also matches before a last line break
        assert own == {("app", "key")}
    else:
        assert own == standard


def test_numbers_may_be_decimals(purchase_text: str) -> None:
    assert list(errors(read(purchase_text.replace('"at_least": 0', '"at_least": 0.5')).value)) == []
