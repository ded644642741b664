"""Comparing, patching and merging hold for whatever edits of the shipped apps."""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dougong.spec import model
from dougong.spec.diffing import diff, json_patch
from dougong.spec.diffing.matching import matched, out_of_order, steady
from dougong.spec.diffing.parts import parts
from dougong.spec.dump import dump, plain
from dougong.spec.merge import merge
from dougong.words import LANGUAGES, sentence

Spec = dict[str, Any]
SHIPPED = {
    path.stem: json.loads(path.read_text("utf-8")) for path in (Path(__file__).parents[3] / "app_specs").glob("*.json")
}
EXAMPLES = settings(max_examples=30, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


def app_of(spec: Spec) -> model.App:
    return msgspec.convert(spec, model.App)


# -- random edits --------------------------------------------------------------------------------------------------------


def objects(value: Any) -> list[list[Spec]]:
    """Every list of objects with keys in a document, but those of records."""
    found: list[list[Spec]] = []
    if isinstance(value, dict):
        for name, each in value.items():
            if name not in ("records", "values", "expect"):
                found += objects(each)
    elif isinstance(value, list) and value and all(isinstance(each, dict) and "key" in each for each in value):
        found.append(value)
        for each in value:
            found += objects(each)
    return found


def picked(draw: Random, items: list[Any]) -> Any:
    return draw.choice(items)


def retitle(draw: Random, spec: Spec) -> None:
    """A new title somewhere."""
    titled = [each for listed in objects(spec) for each in listed if "title" in each]
    picked(draw, titled)["title"] = draw.choice(["甲", "乙", {"zh-CN": "丙", "en": "C"}, {"en": "D"}])


def limit(draw: Random, spec: Spec) -> None:
    """A new limit of a text."""
    texts = [each for listed in objects(spec["forms"]) for each in listed if each.get("type") == "text"]
    picked(draw, texts)["max_length"] = draw.randint(1, 900)


def remove(draw: Random, spec: Spec) -> None:
    """One object fewer."""
    listed = picked(draw, [each for each in objects(spec) if each is not spec["forms"]])
    listed.pop(draw.randrange(len(listed)))


def shuffle(draw: Random, spec: Spec) -> None:
    """A list in another order."""
    listed = picked(draw, objects(spec))
    listed[:] = draw.sample(listed, len(listed))


def add(draw: Random, spec: Spec) -> None:
    """A new field somewhere, a sub-table's columns included."""
    key = f"n{draw.randint(0, 3)}"
    trees = [
        spec["forms"],
        *(listed for listed in objects(spec["forms"]) if "type" in listed[0] and "width" not in key),
    ]
    homes = [each["fields"] for listed in trees for each in listed if isinstance(each.get("fields"), list)]
    home = picked(draw, homes)
    form = next(form for form in spec["forms"] if any(home is each for each in [form["fields"], *objects(form)]))
    if all(each["key"] != key for listed in [form["fields"], *objects(form)] for each in listed):
        home.insert(draw.randint(0, len(home)), {"key": key, "type": "text", "title": draw.choice("甲乙")})


def move(draw: Random, spec: Spec) -> None:
    """A field of a section to the form's end, or to its beginning."""
    form = picked(draw, spec["forms"])
    sections = [each for each in form["fields"] if each["type"] == "section" and each.get("fields")]
    if sections:
        home = picked(draw, sections)["fields"]
        node = home.pop(draw.randrange(len(home)))
        form["fields"].insert(draw.choice([0, len(form["fields"])]), node)


def rekey(draw: Random, spec: Spec) -> None:
    """Another key for a field or option, its earlier one remembered."""
    nodes = [each for form in spec["forms"] for listed in objects(form["fields"]) for each in listed]
    node, key = picked(draw, nodes), f"k{draw.randint(0, 9999)}"
    node.update(key=key, was=[node["key"], *node.get("was", [])])


def lists(draw: Random, spec: Spec) -> None:
    """Another list of columns, other totals."""
    view = picked(draw, spec["lists"])
    view["columns"] = draw.sample(view["columns"], draw.randint(0, len(view["columns"])))
    view["totals"] = {
        key: draw.choice(["sum", "min"]) for key in draw.sample(["total", "payable", "x"], draw.randint(0, 3))
    }


def examples(draw: Random, spec: Spec) -> None:
    """Another value in a test."""
    if spec["tests"]:
        values = picked(draw, spec["tests"]).setdefault("values", {})
        values[draw.choice(["total", "a/b~c", "reason"])] = draw.choice([1, 1.0, True, None, "x", [1]])


def numbering(draw: Random, spec: Spec) -> None:
    """Numbers begin, end or change."""
    form = picked(draw, spec["forms"])
    pattern = draw.choice(["A-{0000}", "B-{000}", ""])
    form.pop("number", None)
    if pattern:
        form["number"] = {"pattern": pattern}


EDITS: list[Callable[[Random, Spec], None]] = [
    retitle, limit, remove, shuffle, add, move, rekey, lists, examples, numbering,
]  # fmt: skip


Seeds = tuple[str, int, int]


def edited(key: str, seed: int, most: int = 6) -> Spec:
    """A shipped app with one to ``most`` edits, the same for the same seed."""
    draw, spec = Random(seed), copy.deepcopy(SHIPPED[key])
    for edit in draw.choices(EDITS, k=draw.randint(1, most)):
        edit(draw, spec)
    return spec


KEYS = st.sampled_from(sorted(SHIPPED))
SEEDS = st.integers(0, 2**32)
PAIRS = st.tuples(KEYS, SEEDS, SEEDS)


def pair_of(seeds: Seeds) -> tuple[model.App, model.App]:
    """Two apps that came from one."""
    key, one, other = seeds
    return app_of(edited(key, one)), app_of(edited(key, other))


# -- JSON Patch ----------------------------------------------------------------------------------------------------------


def patched(document: Any, patch: list[Spec]) -> Any:
    """RFC 6902 as it is written."""
    for each in patch:
        taken = None
        if each["op"] == "move":
            taken = apply(document, each["from"], "remove", None)
        document = [document]
        apply(document, f"/0{each['path']}", "add" if each["op"] == "move" else each["op"], each.get("value", taken))
        document = document[0]
    return document


def apply(document: Any, path: str, op: str, value: Any) -> Any:
    *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]
    for step in steps:
        document = document[int(step)] if isinstance(document, list) else document[step]
    if isinstance(document, list):
        index = int(last)
        assert 0 <= index < len(document) + (op == "add")
        if op == "add":
            return document.insert(index, value)
        if op == "replace":
            document[index] = value
            return None
        return document.pop(index)
    assert op == "add" or last in document
    if op == "remove":
        return document.pop(last)
    document[last] = value
    return None


@EXAMPLES
@given(PAIRS)
def test_a_patch_leads_from_the_old_text_to_the_new(seeds: Seeds) -> None:
    old, new = pair_of(seeds)
    patch = json.loads(json.dumps(json_patch(old, new)))
    after = patched(json.loads(dump(old)), patch)
    assert dump(app_of(after)) == dump(new)
    assert {each["op"] for each in patch} <= {"add", "remove", "replace", "move"}
    assert json_patch(new, new) == []


# -- differences ---------------------------------------------------------------------------------------------------------


@EXAMPLES
@given(PAIRS)
def test_differences_are_true_and_complete(seeds: Seeds) -> None:
    old, new = pair_of(seeds)
    before, after = parts(old), parts(new)
    found = diff(old, new)
    assert diff(new, new) == ()
    for each in found:
        assert sentence(each, "en")
        assert sentence(each, "zh-CN")
        if each.what == "added":
            assert each.part in after
            assert each.part not in matched(before, after)
        elif each.what == "removed":
            assert each.part in before
            assert each.part not in matched(before, after).values()
        else:
            assert each.part in after
            # what moves together keeps its neighbour
            assert each.what == "moved" or json.dumps(each.before) != json.dumps(each.after)
    if not found:
        assert forgetful(old) == forgetful(new)


def forgetful(app: model.App) -> Any:
    """A spec without what a difference does not count: earlier keys, 1 or 1.0, the order of members."""
    text = re.sub(r',?\s*"was": \[[^]]*\]', "", dump(app))
    return json.loads(text)


@EXAMPLES
@given(PAIRS)
def test_what_is_added_one_way_is_removed_the_other(seeds: Seeds) -> None:
    bare = [json.loads(re.sub(r',?\s*"was": \[[^]]*\]', "", json.dumps(plain(each)))) for each in pair_of(seeds)]
    old, new = map(app_of, bare)
    forward, back = diff(old, new), diff(new, old)
    assert {each.part for each in forward if each.what == "added"} == {e.part for e in back if e.what == "removed"}
    changed = {(each.part, each.member) for each in forward if each.what == "changed" and each.member != "type"}
    assert changed == {(each.part, each.member) for each in back if each.what == "changed" and each.member != "type"}


@given(st.permutations(range(12)))
def test_the_fewest_items_move(order: list[int]) -> None:
    kept = steady(order)
    assert [each for each in order if each in kept] == sorted(kept)
    longest = [1] * len(order)
    for index in range(len(order)):
        longest[index] += max((longest[i] for i in range(index) if order[i] < order[index]), default=0)
    assert len(kept) == max(longest)
    assert out_of_order(sorted(order), order) == set(order) - kept


# -- merging -------------------------------------------------------------------------------------------------------------


@EXAMPLES
@given(PAIRS)
def test_a_merge_with_nothing_is_the_other_side(seeds: Seeds) -> None:
    base, mine = pair_of(seeds)
    for outcome, wanted in (
        (merge(base, mine, base), mine),
        (merge(base, base, mine), mine),
        (merge(base, mine, mine), mine),
    ):
        assert outcome.conflicts == ()
        assert forgetful(outcome.app) == forgetful(wanted)


@EXAMPLES
@given(PAIRS)
def test_a_merge_without_conflicts_holds_both_sides(seeds: Seeds) -> None:
    key, one, other = seeds
    base, mine, theirs = app_of(SHIPPED[key]), app_of(edited(key, one, 4)), app_of(edited(key, other, 4))
    outcome = merge(base, mine, theirs)
    for conflict in outcome.conflicts:
        assert all(sentence(conflict, language) for language in LANGUAGES)
    assert dump(app_of(json.loads(dump(outcome.app)))) == dump(outcome.app)
    if not outcome.conflicts:
        merged = {(each.what, each.at): each.after for each in diff(base, outcome.app) if each.what != "moved"}
        for side in (mine, theirs):
            for each in diff(base, side):
                if each.what in ("added", "removed"):
                    assert told_or_inside(each, merged, outcome.app, base), each
        swapped = merge(base, theirs, mine)
        assert swapped.conflicts == ()
        assert keys_of(swapped.app) == keys_of(outcome.app)


def told_or_inside(each: Any, merged: dict[tuple[str, str], Any], app: model.App, base: model.App) -> bool:
    """Whether a merged spec shows that something came or went, be it under a renamed or vanished owner."""
    table = parts(app)
    if each.what == "added":
        return any(part.key == each.part[-1] and part.kind == each.kind for part in table.values())
    gone = [part for part in matched(parts(base), table).values() if part == each.part]
    return not gone


def keys_of(app: model.App) -> set[tuple[str, ...]]:
    return set(parts(app))


@EXAMPLES
@given(PAIRS)
def test_edits_of_different_things_both_arrive(seeds: Seeds) -> None:
    """Mine edits the forms, theirs everything else; the outcome is the one edited by both."""
    key, one, other = seeds
    mine, theirs, base = edited(key, one), edited(key, other), SHIPPED[key]
    forms = {**base, "forms": mine["forms"]}
    rest = {**theirs, "forms": base["forms"]}
    keys = {form["key"] for form in mine["forms"]} == {form["key"] for form in base["forms"]}
    outcome = merge(app_of(base), app_of(forms), app_of(rest))
    wanted = app_of({**theirs, "forms": mine["forms"]})
    if keys and not outcome.conflicts and not renames(base, forms):
        assert plain(outcome.app) == plain(wanted)


def renames(old: Spec, new: Spec) -> bool:
    return any(each.what == "renamed" for each in diff(app_of(old), app_of(new)))
