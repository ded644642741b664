"""The canonical text: one spec, one sequence of bytes."""

import json
from pathlib import Path
from typing import Any

import pytest

from dougong.spec.dump import dump, normalise
from dougong.spec.parse import parse, parse_value

SHIPPED = sorted((Path(__file__).parents[3] / "app_specs").glob("*.json"))


def shuffled(value: Any) -> Any:
    """Members the other way round, but not those of maps whose order is the author's."""
    if isinstance(value, dict):
        return {key: shuffled(each) for key, each in reversed(value.items())}
    return [shuffled(each) for each in value] if isinstance(value, list) else value


def test_canonical_text_comes_back_byte_for_byte(purchase_text: str) -> None:
    app = parse(purchase_text).app
    assert app is not None
    assert dump(app) == purchase_text


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_shipped_specs_are_canonical(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    app = parse(text, path.name).app
    assert app is not None
    assert dump(app) == text


def test_order_defaults_and_white_space_do_not_matter(purchase: dict[str, Any]) -> None:
    plain = {"dougong": 1, "app": {"key": "a", "title": {"zh-CN": "甲", "en": "A"}}}
    wordy = {
        "app": {"title": {"en": "A", "zh-CN": "甲"}, "help": "", "key": "a", "icon": "app-window"},
        "dougong": 1,
        "forms": [],
    }
    title = '{\n      "zh-CN": "甲",\n      "en": "A"\n    }'
    text = f'{{\n  "dougong": 1,\n  "app": {{\n    "key": "a",\n    "title": {title}\n  }}\n}}\n'
    assert normalise(json.dumps(wordy)) == (text, ())
    assert normalise(json.dumps(plain, ensure_ascii=False)) == (text, ())
    again, problems = normalise(json.dumps(shuffled(purchase)))
    assert problems == ()
    assert normalise(again or "") == (again, ())


def test_key_type_and_title_come_first(form_spec: Any) -> None:
    spec = form_spec(
        {"width": "1/2", "required": True, "options": [{"title": "O", "key": "o"}], "type": "choice", "key": "x"}
    )
    app = parse_value(spec).app
    assert app is not None
    field = json.loads(dump(app))["forms"][0]["fields"][0]
    assert list(field) == ["key", "type", "title", "required", "width", "options"]
    assert list(field["options"][0]) == ["key", "title"]


def test_values_of_tests_stay_as_they_are_written() -> None:
    text = (
        '{"dougong": 1, "app": {"key": "a", "title": "A"}, "tests": [{"key": "t", "form": "f", "as": "x",'
        ' "values": {"b": 0.10, "a": 1.0, "e": 1E5}, "expect": {"errors": []}}]}'
    )
    again, problems = normalise(text)
    assert problems == ()
    assert again is not None
    assert '"b": 0.10,\n        "a": 1.0,\n        "e": 1E+5' in again
    assert '"errors": []' in again
    assert normalise(again) == (again, ())


def test_what_is_not_well_formed_has_no_canonical_text() -> None:
    text, problems = normalise('{"dougong": 1}')
    assert text is None
    assert [problem.code for problem in problems] == ["spec.missing_key"]


def test_dates_are_written_as_dates(form_spec: Any) -> None:
    app = parse_value(form_spec({"key": "x", "type": "date", "at_least": "2026-01-31"})).app
    assert app is not None
    assert '"at_least": "2026-01-31"' in dump(app)
