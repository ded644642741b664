"""Settling what two people changed differently: with every choice for the other side, the other side's words stand."""

import copy
import importlib.util
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dougong.drafts.settling import settled
from dougong.spec.diffing.parts import parts
from dougong.spec.dump import dump, plain
from dougong.spec.merge import merge
from dougong.spec.model import App
from dougong.spec.parse import parse, parse_value
from dougong.spec.rename import rename

SHIPPED = Path(__file__).resolve().parents[3] / "app_specs" / "purchase.json"
Spec = dict[str, Any]
Edit = Callable[[Spec], object]


def app_of(spec: Spec) -> App:
    parsed = parse_value(spec)
    assert parsed.app is not None, parsed.problems
    return parsed.app


def fields(spec: Spec) -> list[Spec]:
    found: list[Spec] = spec["forms"][0]["fields"][0]["fields"]
    return found


def field(app: App, *keys: str) -> Any:
    place = ("forms", "request", "fields", *keys)
    found = parts(app).get(place)
    return None if found is None else plain(found.struct)


def three(mine: Edit, theirs: Edit) -> tuple[App, App, App]:
    base = json.loads(SHIPPED.read_text(encoding="utf-8"))
    sides = [copy.deepcopy(base), copy.deepcopy(base)]
    mine(sides[0])
    theirs(sides[1])
    return app_of(base), app_of(sides[0]), app_of(sides[1])


def chosen(base: App, mine: App, theirs: App, side: str) -> App:
    """The merge with every conflict given to one side."""
    merged = merge(base, mine, theirs)
    assert merged.conflicts
    app, still = settled(merged, theirs, {each.at: side for each in merged.conflicts})
    assert still == ()
    return app


def swap(spec: Spec, one: int, other: int) -> None:
    listed = fields(spec)
    listed[one], listed[other] = listed[other], listed[one]


CASES: dict[str, tuple[Edit, Edit, Callable[[App], Any], Any, Any]] = {
    "a number": (
        lambda s: fields(s)[0].update(max_length=50), lambda s: fields(s)[0].update(max_length=60),
        lambda app: field(app, "reason")["max_length"], 50, 60,
    ),
    "a property one of them took away": (
        lambda s: s["forms"][0].update(record_title="reason"), lambda s: s["forms"][0].pop("record_title"),
        lambda app: app.forms[0].record_title, "reason", "",
    ),
    "one language of a title": (
        lambda s: fields(s)[0].update(title={"zh-CN": "事由", "en": "Reason"}),
        lambda s: fields(s)[0].update(title={"zh-CN": "原因", "en": "Reason"}),
        lambda app: field(app, "reason")["title"], {"zh-CN": "事由", "en": "Reason"}, {"zh-CN": "原因", "en": "Reason"},
    ),
    "a field one of them deleted": (
        lambda s: fields(s).pop(0), lambda s: fields(s)[0].update(max_length=60),
        lambda app: field(app, "reason") is None, True, False,
    ),
    "a field the other deleted": (
        lambda s: fields(s)[0].update(max_length=60), lambda s: fields(s).pop(0),
        lambda app: field(app, "reason") is None, False, True,
    ),
    "an order": (
        lambda s: swap(s, 0, 1), lambda s: swap(s, 0, 2),
        lambda app: [each.key for each in app.forms[0].fields[0].fields][:3],
        ["SECOND", "FIRST", "THIRD"], ["THIRD", "SECOND", "FIRST"],
    ),
    "a type": (
        lambda s: fields(s)[0].update(type="paragraph"),
        lambda s: fields(s)[0].update(type="number", decimals=3),
        lambda app: (field(app, "reason")["type"], field(app, "reason").get("decimals")), ("paragraph", None), ("number", 3),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_side_can_have_its_way(case: str) -> None:
    mine, theirs, look, ours, other = CASES[case]
    base, one, two = three(mine, theirs)
    keys = [each.key for each in base.forms[0].fields[0].fields]  # type: ignore[union-attr]
    names = dict(zip(("FIRST", "SECOND", "THIRD"), keys, strict=False))
    wanted = [[names.get(each, each) for each in each] if isinstance(each, list) else each for each in (ours, other)]
    assert look(chosen(base, one, two, "mine")) == wanted[0]
    assert look(chosen(base, one, two, "theirs")) == wanted[1]


def test_a_key_both_renamed() -> None:
    base = app_of(json.loads(SHIPPED.read_text(encoding="utf-8")))
    mine = rename(base, "forms.request.fields.reason", "purpose")
    theirs = rename(base, "forms.request.fields.reason", "cause")
    assert field(chosen(base, mine, theirs, "mine"), "purpose")
    assert field(chosen(base, mine, theirs, "theirs"), "cause")
    assert not field(chosen(base, mine, theirs, "theirs"), "purpose")


def test_what_nobody_chose_stays_open() -> None:
    base, mine, theirs = three(
        lambda s: fields(s)[0].update(max_length=50, help="a"), lambda s: fields(s)[0].update(max_length=60, help="b")
    )
    merged = merge(base, mine, theirs)
    app, still = settled(merged, theirs, {merged.conflicts[0].at: "theirs"})
    assert [each.at for each in still] == [each.at for each in merged.conflicts[1:]]
    assert len(still) == len(merged.conflicts) - 1
    assert field(app, "reason") != field(merged.app, "reason")


def test_what_one_side_takes_out_goes_with_all_that_is_in_it() -> None:
    base, mine, theirs = three(
        lambda s: s["forms"][0]["fields"].pop(0),
        lambda s: (fields(s)[0].update(max_length=60), s["forms"][0]["fields"][0].update(title="x")),
    )
    assert field(chosen(base, mine, theirs, "mine"), "reason") is None
    assert field(chosen(base, mine, theirs, "theirs"), "reason")["max_length"] == 60


def hand() -> Any:
    """Somebody who changes a spec in every way there is: the one of the tests of drafts."""
    path = Path(__file__).resolve().parents[2] / "platform" / "drafts" / "conftest.py"
    spec = importlib.util.spec_from_file_location("drafts_conftest", path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules.setdefault(spec.name, importlib.util.module_from_spec(spec))
    spec.loader.exec_module(module)
    return module.Hand


def test_every_choice_leads_to_a_well_formed_spec() -> None:
    base, somebody, met = app_of(json.loads(SHIPPED.read_text(encoding="utf-8"))), hand(), 0
    for seed in range(8):
        sides = []
        for half in (0, 1):
            maker, app = somebody(seed * 2 + half), base
            for _ in range(20):
                app = maker.applied(app).app
            sides.append(app)
        merged, pick = merge(base, *sides), random.Random(seed)
        met += len(merged.conflicts)
        for choose in (lambda: "mine", lambda: "theirs", lambda: pick.choice(("mine", "theirs"))):  # noqa: B023
            app, still = settled(merged, sides[1], {each.at: choose() for each in merged.conflicts})
            assert still == ()
            assert parse(dump(app)).app == app
    assert met > 5
