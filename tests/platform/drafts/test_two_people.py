"""Two people at once: nothing either did is lost unseen, however their operations interleave."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dougong.drafts import store, tree
from dougong.drafts.members import members
from dougong.drafts.operations import UNSET, Set, same
from dougong.errors import Conflict, Refused
from dougong.spec.model import App
from dougong.spec.parse import parse_value

SMALL = {
    "dougong": 1, "app": {"key": "small", "title": "Small"},
    "forms": [{"key": "f", "title": "F", "fields": [
        {"key": "s", "type": "section", "title": "S", "fields": [{"key": "a", "type": "text", "title": "A"}]},
        {"key": "c", "type": "choice", "title": "C", "options": [{"key": "x", "title": "X"}]},
    ]}],
}  # fmt: skip


def value(app: App, place: str, name: str) -> Any:
    """What a property holds, None where its part is gone. Reads by itself, past the code that sets."""
    try:
        part = tree.at(app, tree.find(app, place))
    except (Conflict, Refused):
        return None
    outer, *inner = name.split(".", 1)
    if outer not in members(type(part)):
        return None
    held = members(type(part))[outer].plain(part)
    for each in inner:
        held = held.get(each, UNSET) if isinstance(held, dict) else None if held is not UNSET else UNSET
    return held


@settings(
    max_examples=4, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(st.integers(min_value=0, max_value=2**32))
def test_nothing_is_lost_unseen(hand: Callable[..., Any], own_drafts: Any, seed: int) -> None:
    chance, drafts = random.Random(seed), own_drafts()
    small = parse_value(SMALL).app
    assert small is not None
    key = drafts.new(small, "shared")
    # few things, so that both meet often; renames would give what is watched here another name
    verbs = ("set",) * 12 + ("add", "move", "delete", "convert", "copy")
    hands = {person: hand(seed + person, verbs) for person in (1, 2)}
    app = drafts.find(key).spec
    specs: list[App] = [app]
    seen = {1: 0, 2: 0}
    wrote: dict[tuple[str, str], tuple[int, Any, int]] = {}  # property → who set it last, to what, making which rev
    met = undone = 0
    for _ in range(160):
        person = chance.choice((1, 2))
        if chance.random() < 0.15:
            seen[person] = len(specs) - 1
        undoing = chance.random() < 0.25
        try:
            if undoing:
                done = drafts.undo(key, person)
                undone += 1
            else:
                operation = hands[person].operation(specs[seen[person]])
                done = drafts.do(key, operation, person, seen[person])
        except Conflict as conflict:
            met += "person" in conflict.params
            assert drafts.find(key).text == store.text_of(specs[-1])
            continue
        except Refused:
            continue
        now = done.draft.spec
        held = {each: last for each, last in wrote.items() if same(value(specs[-1], *each), last[1])}
        own = {(e.operation.place, e.operation.property) for e in done.entries if isinstance(e.operation, Set)}
        for each, (who, what, rev) in held.items():
            unseen = who != person and (undoing or rev > seen[person])
            if unseen:
                assert same(value(now, *each), what), (each, done.entries)
        if done.entries:
            specs += [now] * len(done.entries)
            for place, name in own:
                if undoing:  # he wants nothing there any more
                    wrote.pop((place, name), None)
                    continue
                wrote[place, name] = (person, value(now, place, name), len(specs) - 1)
    assert met >= 1
    assert undone >= 1


def test_the_same_property_always_clashes(purchase: App, own_drafts: Any) -> None:
    drafts, fields = own_drafts(), purchase.forms[0].fields
    for index, place in enumerate(("forms.request", *(f"forms.request.fields.{each.key}" for each in fields))):
        key = drafts.new(purchase, f"same_{index}")
        drafts.do(key, Set(place=place, property="title.en", value="A"), 1, 0)
        drafts.do(key, Set(place=place, property="title.zh-CN", value="乙"), 2, 0)  # the other language: both stand
        for name, theirs in (("title.en", "A"), ("title", {"zh-CN": "乙", "en": "A"})):
            with pytest.raises(Conflict) as caught:
                drafts.do(key, Set(place=place, property=name, value="B"), 2, 0)
            said = caught.value.params
            assert (said["person"], said["mine"], said["theirs"]) == (1, "B", theirs)
