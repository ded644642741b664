"""Any edit of a good spec gives problems or a compiled app, never an exception, and what is well-formed is dumped again."""

import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dougong import words
from dougong.spec.check import check, report
from dougong.spec.compiled import CompiledApp
from dougong.spec.dump import dump, normalise
from dougong.spec.model import App
from dougong.spec.record_schema import record_schema

VALUES = (
    st.sampled_from([
        None, True, -1, 0, 10**20, 1.5, "", " ", "x", "id", "total", "lines", "lines.price", "request", "purchase.request",
        "SUM(", "1 = 1", "TRUE", "reason & 1", "subtable", "section", "branch", "\x00", "a\nb", "é" * 70, [], {}, [[]],
        {"key": "x"}, {"zh-CN": ""}, {"role": "buyer"}, "-total", "{0}", "2026-01-01", ["a", "a"], [1], "[0]", ".",
    ])
    | st.text(max_size=8)
)  # fmt: skip


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in items:
        found += paths(inner, (*path, step))
    return found


def mutate(spec: Any, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(paths(spec)))
    holder = spec
    for step in path[:-1]:
        holder = holder[step]
    how = data.draw(st.sampled_from(["set", "delete", "copy", "rename", "move"]))
    if how == "set":
        holder[path[-1]] = data.draw(VALUES)
    elif how == "delete":
        del holder[path[-1]]
    elif how == "copy" and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[path[-1]]))
    elif how == "rename" and isinstance(holder, dict):
        holder[data.draw(st.text(max_size=5))] = holder.pop(path[-1])
    else:
        other = data.draw(st.sampled_from(paths(spec)))
        inner = spec
        for step in other:
            inner = inner[step]
        holder[path[-1]] = copy.deepcopy(inner)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_any_edit_is_judged(data: st.DataObject, purchase_text: str, others: Callable[[str], App | None]) -> None:
    spec = json.loads(purchase_text)
    for _ in range(data.draw(st.integers(1, 4))):
        if spec:
            mutate(spec, data)
    text = json.dumps(spec, ensure_ascii=data.draw(st.booleans()), indent=2)
    app, problems = check(text, "a.json", others)
    for problem in problems:
        assert problem.line
        assert problem.column
        assert words.sentence(problem, "zh-CN")
        report(problem, text, "en")
    if app is None:
        assert problems
    else:
        _judge_made(app, text)


def _judge_made(app: CompiledApp, text: str) -> None:
    canonical = dump(app.spec)
    assert normalise(text) == (canonical, ())
    assert normalise(canonical) == (canonical, ())
    for form in app.forms.values():
        record_schema(form)
        every = [*form.fields, *(f"{table}.{column}" for table, columns in form.rows.items() for column in columns)]
        assert sorted(form.order) == sorted(every)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_to_the_text_is_judged(data: st.DataObject, purchase_text: str) -> None:
    at = data.draw(st.integers(0, len(purchase_text)))
    gone = data.draw(st.integers(0, 5))
    put = data.draw(st.text(alphabet='{}[]",:\\u0ea1-.e \n', max_size=4))
    app, problems = check(purchase_text[:at] + put + purchase_text[at + gone :], "a.json")
    assert app is not None or problems


def test_the_deepest_documents_are_judged_too(purchase: dict[str, Any]) -> None:
    section: dict[str, Any] = {"key": "s", "type": "section", "fields": []}
    step: dict[str, Any] = {"key": "x", "type": "branch", "branches": [], "otherwise": []}
    for _ in range(24):
        section = {"key": "s", "type": "section", "fields": [section]}
    for _ in range(12):
        step = {
            "key": "x",
            "type": "branch",
            "branches": [{"key": "y", "when": "TRUE", "steps": [step]}],
            "otherwise": [],
        }
    purchase["forms"][0]["fields"].append(section)
    purchase["forms"][0]["flow"]["steps"].append(step)
    app, problems = check(json.dumps(purchase))
    assert app is not None
    assert {"spec.sections_too_deep", "spec.key_twice"} <= {problem.code for problem in problems}
    section["nothing"] = step["nothing"] = 1
    assert [problem.code for problem in check(json.dumps(purchase))[1]] == ["spec.unknown_key"] * 2
