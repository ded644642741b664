"""Publishing with the choices of a plan, restoring and undoing: what becomes of the values, on both engines."""

import json
from decimal import Decimal

import pytest

from dougong.apps import Registry
from dougong.errors import Conflict, NotFound, Refused
from dougong.plans import old_spec, plan
from dougong.spec.compile import compile_app


def field(key, type_="text", **more):
    return {"key": key, "type": type_, "title": f"标题{key}", **more}


def form(*fields, key="f", **more):
    return {"key": key, "title": f"表{key}", "fields": list(fields), **more}


OPTIONS = [{"key": "red", "title": "红"}, {"key": "blue", "title": "蓝"}, {"key": "green"}]


def entries(place, app):
    rows = place.rows("SELECT action, detail FROM audit_entry ORDER BY id")
    details = [(row[0], json.loads(row[1]) if isinstance(row[1], str) else row[1]) for row in rows]
    return [detail for action, detail in details if action == "app.published" and detail["app"] == app]


def test_a_trial_finds_what_publishing_then_does(place, plans):
    app = place.publish(form(field("a"), field("b", "choice", options=OPTIONS)))
    texts = ["1", "12,000", "x", "1.5", "１２", "2026"]
    plans.filled(app, *({"a": text, "b": "red"} for text in texts))
    new = form(field("a", "number"), field("b"))
    effect = plans.effect(app, "forms.f.fields.a", new)
    done = plans.publish(app, new, note="类型")
    assert done.number == 2
    found = plans.values(app, "a")
    assert found == [Decimal(1), Decimal(12000), None, None, Decimal(12), Decimal(2026)]
    assert (effect.affected, effect.failed) == (6, found.count(None))
    assert plans.values(app, "b") == ["红"] * 6
    assert entries(place, app)[-1]["revision"] == 2


TYPED = (
    "1", "12,000.5", "2026-05-01", "2026-05-01 08:30", "是", "Yes", "红", "红；蓝", "red", "ann", "鲍勃 (bob)", "T-1", "x", "0",
    "-3",
)  # fmt: skip
BECOME = {
    "number": {"decimals": 2}, "money": {}, "date": {}, "datetime": {}, "yesno": {}, "choice": {"options": OPTIONS},
    "choices": {"options": OPTIONS}, "person": {}, "department": {}, "paragraph": {},
}  # fmt: skip


@pytest.mark.parametrize("first", ["text", "number", "datetime", "yesno", "choices", "person"])
def test_every_trial_is_what_the_publish_does(place, plans, first):
    """Values are made from texts that fit, then every type they can be turned into is tried and done at once."""
    spec = BECOME.get(first, {})
    app = place.publish(form(*(field(f"to_{each}") for each in BECOME)))
    plans.filled(app, *({f"to_{each}": text for each in BECOME} for text in TYPED))
    plans.publish(app, form(*(field(f"to_{each}", first, **spec) for each in BECOME)))
    held = {each: plans.values(app, f"to_{each}") for each in BECOME}
    assert any(value is not None for value in held["number"])
    new = form(*(field(f"to_{each}", each, **more) for each, more in BECOME.items()))
    effects = {each.place: each for each in plans.of(app, new).effects if each.kind != "group"}
    plans.publish(app, new)
    for each in BECOME:
        had, has = held[each], plans.values(app, f"to_{each}")
        kept = sum(1 for value in has if value is not None)
        effect = effects.get(f"forms.f.fields.to_{each}")
        if effect is None or effect.kind == "field_retyped":
            assert has == had
        elif effect.kind == "field_converted":
            returned = sum(1 for one, other in zip(had, has, strict=True) if one is None and other is not None)
            assert (effect.affected, effect.affected - effect.failed) == (len(had) - had.count(None), kept - returned)
        else:
            assert effect.kind == "field_replaced"
            assert effect.affected == len(had) - had.count(None)


def test_default_of_a_new_field_is_filled_in_where_chosen(place, plans):
    lines = field("lines", "subtable", fields=[field("n")])
    app = place.publish(form(field("a"), lines))
    plans.filled(app, {"a": "1", "lines": [{"n": "1"}, {"n": "2"}]}, {"a": "2"})
    more = field("lines", "subtable", fields=[field("n"), field("m", "number", default="7", decimals=1)])
    new = form(field("a"), field("b", default='"旧记录"'), field("c", default='"x"'), more)
    view = {"key": "l", "title": "清单", "form": "f", "columns": ["a", "b"], "search": ["b"]}
    plans.publish(app, new, lists=[view], choices={
        "forms.f.fields.b": "backfill", "forms.f.fields.c": "leave_blank", "forms.f.fields.lines.m": "backfill",
    })  # fmt: skip
    assert plans.values(app, "b") == ["旧记录", "旧记录"]
    assert plans.values(app, "c") == [None, None]
    assert plans.values(app, "lines.m") == [Decimal("7.0"), Decimal("7.0")]
    assert plans.found(app, "l", "旧记录") == 2
    assert entries(place, app)[-1]["filled"] == {"forms.f.fields.b": 2, "forms.f.fields.lines.m": 2}


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        ({"forms.f.fields.a": "cancel"}, "plan.cancelled"), ({"forms.f.fields.a": "guess"}, "plan.no_such_choice"),
        ({"forms.f.fields.b.options.red": "to:gone"}, "plan.no_such_choice"),
        ({"forms.f.fields.b.options.blue": "to:green"}, "plan.no_such_choice"),
        ({"forms.f.fields.a": "backfill"}, "plan.no_such_choice"), ({"nowhere": "to:blue"}, "plan.no_such_choice"),
        ({"x": "backfill"}, "plan.no_such_choice"), ({"forms.f.fields.zz": "backfill"}, "plan.no_such_choice"),
    ],
)  # fmt: skip
def test_a_choice_that_cannot_be_made_publishes_nothing(place, plans, choices, code):
    app = place.publish(form(field("a"), field("b", "choice", options=OPTIONS)))
    plans.filled(app, {"a": "x", "b": "red"})
    with pytest.raises(Refused) as refused:
        plans.publish(app, form(field("a", "number"), field("b", "choice", options=OPTIONS[1:])), choices=choices)
    assert [each.code for each in refused.value.problems] == [code]
    assert plans.values(app, "a") == ["x"]
    assert place.reading("admin", lambda visit: visit.forms.numbers[app]) == 1


def test_a_dropped_option_is_kept_or_becomes_another_and_comes_back(place, plans):
    lines = field("lines", "subtable", fields=[field("c", "choice", options=OPTIONS)])
    app = place.publish(form(field("a", "choice", options=OPTIONS), field("b", "choices", options=OPTIONS), lines))
    plans.filled(app, {"a": "red", "b": ["red", "green"], "lines": [{"c": "red"}, {"c": "blue"}]},
                 {"a": "blue", "b": ["red", "blue"]}, {"a": "green"})  # fmt: skip
    less = field("lines", "subtable", fields=[field("c", "choice", options=OPTIONS[1:])])
    plans.publish(
        app, form(field("a", "choice", options=OPTIONS[1:]), field("b", "choices", options=OPTIONS[1:]), less),
        choices={"forms.f.fields.a.options.red": "to:blue", "forms.f.fields.b.options.red": "to:blue",
                 "forms.f.fields.lines.c.options.red": "keep"},
    )  # fmt: skip
    assert plans.values(app, "a") == ["blue", "blue", "green"]
    assert plans.values(app, "b") == [("blue", "green"), ("blue",), None]
    assert plans.values(app, "lines.c") == ["red", "blue"]
    plans.undo(app, 2)
    assert plans.values(app, "a") == ["red", "blue", "green"]
    assert plans.values(app, "b") == [("red", "green"), ("red", "blue"), None]
    assert [entry.get("undone") for entry in entries(place, app)] == [None, None, 2]


def test_what_was_typed_comes_back_when_a_type_goes_back(place, plans):
    app = place.publish(form(field("a"), field("gone")))
    plans.filled(app, {"a": "12,000", "gone": "hidden"}, {"a": "about 3"})
    plans.publish(app, form(field("a", "number")))
    assert plans.values(app, "a") == [Decimal(12000), None]
    returned = plans.effect(app, "forms.f.fields.gone", form(field("a", "number"), field("gone")))
    assert (returned.kind, returned.affected) == ("field_returned", 1)
    made = plans.restore(app, 1, note="回到第一版")
    assert made.number == 3
    assert plans.values(app, "a") == ["12,000", "about 3"]
    assert plans.values(app, "gone") == ["hidden", None]
    assert entries(place, app)[-1]["restored"] == 1


def test_forms_and_sub_tables_come_back_with_what_they_held(place, plans):
    lines = field("lines", "subtable", fields=[field("n")])
    both = [form(field("a"), lines), form(field("b"), key="g")]
    app = place.publish(*both)
    plans.filled(app, {"a": "x", "lines": [{"n": "1"}, {"n": "2"}]})
    plans.filled(app, {"b": "y"}, key="g")
    plans.publish(app, form(field("a")))
    found = plans.of(app, *both)
    got = {each.place: (each.kind, each.affected) for each in found.effects}
    assert got == {"forms.f.fields.lines": ("sub_table_returned", 2), "forms.g": ("form_returned", 1)}
    plans.restore(app, 1)
    assert plans.values(app, "lines.n") == ["1", "2"]
    assert plans.values(app, "b", key="g") == ["y"]


def test_restoring_follows_renames_over_several_revisions(place, plans):
    lines = field("lines", "subtable", fields=[field("n", "choice", options=OPTIONS)])
    app = place.publish(form(field("a"), lines, field("s", "choice", options=OPTIONS)))
    plans.filled(app, {"a": "x", "s": "red", "lines": [{"n": "blue"}]})
    rows = field("rows", "subtable", was=["lines"], fields=[field("m", "choice", options=OPTIONS, was=["n"])])
    named = [{"key": "rot", "title": "红", "was": ["red"]}, *OPTIONS[1:]]
    plans.publish(app, form(field("b", was=["a"]), rows, field("s", "choice", options=named), key="g", was=["f"]))
    again = field("z", "subtable", fields=[field("m", "choice", options=OPTIONS)], was=["rows"])
    plans.publish(app, form(field("c", was=["b"]), again, field("s", "choice", options=named), key="h", was=["g"]))
    assert plans.values(app, "c", key="h") == ["x"]
    compiled = place.reading("admin", lambda visit: plan(visit, _restored(visit, app, 1)))
    assert not [each for each in compiled.effects if each.grade == "destructive"]
    plans.restore(app, 1)
    assert plans.values(app, "a") == ["x"]
    assert plans.values(app, "s") == ["red"]
    assert plans.values(app, "lines.n") == ["blue"]


def _restored(visit, app, number):
    return compile_app(old_spec(visit.tx, app, number), Registry(visit.tx).spec)


def test_undoing_what_is_not_published_any_more_is_refused(place, plans):
    app = place.publish(form(field("a")))
    plans.publish(app, form(field("a"), field("b")))
    plans.publish(app, form(field("a"), field("b"), field("c")))
    for number in (1, 2):
        with pytest.raises(Conflict):
            plans.undo(app, number)
    with pytest.raises(NotFound):
        plans.restore(app, 99)
    with pytest.raises(NotFound):
        plans.restore("nowhere", 1)


def test_a_publish_over_another_revision_than_was_looked_at(place, plans):
    app = place.publish(form(field("a")))
    with pytest.raises(Conflict) as conflict:
        plans.publish(app, form(field("a"), field("b")), base=7)
    assert conflict.value.code == "plan.published_meanwhile"
    assert plans.publish(app, form(field("a"), field("b")), base=1).number == 2


def test_problems_of_a_plan_refuse_the_publish(place, plans):
    app = place.publish(form(field("a")))
    plans.filled(app, {"a": "x"}, {"a": "X"})
    with pytest.raises(Refused) as refused:
        plans.publish(app, form(field("a", unique=True)))
    assert [(each.code, each.at) for each in refused.value.problems] == [
        (each.code, each.at) for each in plans.of(app, form(field("a", unique=True))).problems
    ]  # fmt: skip


def test_publishing_what_is_published_changes_and_audits_nothing(place, plans):
    app = place.publish(form(field("a")))
    before = len(entries(place, app))
    assert plans.publish(app, form(field("a"))).number == 1
    assert len(entries(place, app)) == before


def test_many_changes_of_one_publish_and_back_and_forth(plans):
    """A form and a field renamed and retyped, moved into a section, a sub-table with its columns; undone, and again."""
    number, lines = field("a", "text"), field("t", "subtable", fields=[field("x", "text"), field("y", "text")])
    flow = {"key": "flow", "steps": [{"key": "boss", "type": "approve", "who": {"supervisor_of": "submitter"}}]}
    lists = [{"key": "l", "title": "L", "form": "f", "columns": ["a"], "search": ["a"], "sort": ["a"]}]
    app = plans.place.publish(form(number, field("b", "text"), lines, flow=flow), lists=lists)
    ids = [
        plans.place.make("ann", f"{app}.f", {"a": text, "b": "b", "t": [{"x": text, "y": "why"}]}).id
        for text in ("1", "about two", "3.50")
    ]
    section = {"key": "s", "type": "section", "title": "S", "fields": [field("sum", "number", decimals=2, was=["a"])]}
    table = field(
        "rows", "subtable", was=["t"], fields=[field("n", "number", decimals=2, was=["x"]), field("y", "text")]
    )
    later = {**form(section, field("b", "text"), table, flow=flow), "key": "g", "was": ["f"]}
    lists = [{"key": "l", "title": "L", "form": "g", "columns": ["sum"], "sort": ["sum"]}]
    plans.publish(app, later, lists=lists)
    assert plans.values(app, "sum", "g") == [1, None, Decimal("3.5")]
    assert plans.values(app, "rows.n", "g") == [1, None, Decimal("3.5")]
    plans.place.change("ann", f"{app}.g", ids[0], {"sum": "7"})
    plans.undo(app, 2)
    assert plans.values(app, "a") == ["7", "about two", "3.50"]
    assert plans.values(app, "t.x") == ["1", "about two", "3.50"]
    plans.undo(app, 3)
    assert plans.values(app, "sum", "g") == [7, None, Decimal("3.5")]
    plans.restore(app, 1)
    assert plans.values(app, "a") == ["7", "about two", "3.50"]
    plans.place.change("ann", f"{app}.f", ids[1], {"a": "two", "t": []})
    assert plans.values(app, "a") == ["7", "two", "3.50"]
    assert plans.found(app, "l", "two") == 1
    assert plans.place.make("ann", f"{app}.f", {"a": "new", "t": [{"x": "1"}]}).id
