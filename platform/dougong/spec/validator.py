"""The validator of the spec's JSON Schema: jsonschema's, with three keywords made quicker and one made exact."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from dougong.spec.schema import composed

Errors = Iterator[ValidationError]


def errors(document: Any) -> Errors:
    """Everything in ``document`` that the schema refuses."""
    return validator().iter_errors(document)


@cache
def validator() -> Validator:
    """The one validator, made once."""
    keywords = {"$ref": _ref, "allOf": _all_of, "pattern": _pattern, "properties": _properties}
    kind: Any = extend(Draft202012Validator, keywords)  # type: ignore[no-untyped-call]
    made: Validator = kind(composed(), format_checker=FormatChecker(formats=["date"]))
    return made


def _ref(validator: Any, reference: str, instance: Any, schema: Any) -> Errors:
    """Every reference of the schema is to its own ``$defs``."""
    yield from validator.descend(instance, composed()["$defs"][reference.removeprefix("#/$defs/")])


def _all_of(validator: Any, members: list[Any], instance: Any, schema: Any) -> Errors:
    """Members that ask for a ``type`` each: only the one asked for can say anything."""
    tag = instance.get("type") if isinstance(instance, Mapping) else None
    for member in members:
        if member["if"]["properties"]["type"]["const"] == tag:
            yield from validator.descend(instance, member["then"])


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Errors:
    """``$`` is the end of the text, as in ECMA 262, not also the place before a last line break."""
    if isinstance(instance, str) and not _exact(pattern).search(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


@cache
def _exact(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"(?<!\\)\$", r"\\Z", pattern))


def _properties(validator: Any, properties: Mapping[str, Any], instance: Any, schema: Any) -> Errors:
    """As the standard says; it looks at what the instance has instead of all it might have."""
    if isinstance(instance, Mapping):
        for key, value in instance.items():
            if key in properties:
                yield from validator.descend(value, properties[key], path=key, schema_path=key)
