"""What a plan says of each kind of change, with its counts, on both engines."""

import pytest

from dougong.plans import GRADES, Choice, Sample, plan
from dougong.words import sentence


def field(key, type_="text", **more):
    return {"key": key, "type": type_, "title": f"标题{key}", **more}


def form(*fields, key="f", **more):
    return {"key": key, "title": f"表{key}", "fields": list(fields), **more}


OPTIONS = [{"key": "red", "title": {"zh-CN": "红", "en": "Red"}}, {"key": "blue", "title": "蓝"}, {"key": "green"}]


def test_nothing_changed_is_an_empty_plan(place, plans):
    app = place.publish(form(field("a")))
    found = plans.of(app, form(field("a")))
    assert (found.app, found.base, found.differences, found.effects, found.problems, found.waiting) == (
        app, 1, (), (), (), 0,
    )  # fmt: skip
    assert found.grade == "safe"


def test_an_app_that_is_not_published_yet(plans):
    found = plans.of("brandnew", form(field("a")), form(field("b"), key="g"))
    assert found.base == 0
    assert [(each.kind, each.grade, each.place) for each in found.effects] == [
        ("form_added", "safe", "forms.f"), ("form_added", "safe", "forms.g"),
    ]  # fmt: skip


def test_what_cannot_be_published_has_problems_and_no_effects(place, plans):
    app = place.publish(form(field("a")))
    plans.filled(app, {"a": "x"})
    wrong = form(field("a", "number", show_if="nobody > 1"), field("a"))
    found = plans.of(app, wrong, sound=False)
    assert {each.code for each in found.problems} >= {"formula.unknown_name"}
    assert found.differences
    assert not found.effects


def test_a_new_field(place, plans):
    app = place.publish(form(field("a")))
    plans.filled(app, {"a": "x"}, {"a": "y"})
    new = form(field("a"), field("b"), field("c", default='"旧"'), field("d", required=True), field("e", default="a & 1"),
               field("u", default='"x"', unique=True))  # fmt: skip
    found = plans.of(app, new)
    effects = {each.place.rpartition(".")[2]: each for each in found.effects}
    assert {key: (each.grade, each.affected, each.choices) for key, each in effects.items()} == {
        "b": ("safe", 2, ()), "e": ("safe", 2, ()), "u": ("safe", 2, ()), "d": ("attention", 2, ()),
        "c": ("safe", 2, (Choice("leave_blank", "plan.choice.leave_blank"),
                          Choice("backfill", "plan.choice.backfill", {"count": 2}))),
    }  # fmt: skip
    assert sentence(effects["b"], "zh-CN") == "新字段“标题b”，已有的 2 条记录先空着"
    assert found.grade == "attention"


def test_a_renamed_field_form_and_sub_table(place, plans):
    lines = field("lines", "subtable", fields=[field("item")])
    app = place.publish(form(field("a"), lines))
    plans.filled(app, {"a": "x", "lines": [{"item": "1"}]})
    rows = field("rows", "subtable", fields=[field("thing", was=["item"])], was=["lines"])
    new = {**form(field("b", was=["a"]), rows, key="g", was=["f"]), "title": "表f"}
    new["fields"] = [{**new["fields"][0], "title": "标题a"}, {**new["fields"][1], "title": "标题lines"}]
    new["fields"][1]["fields"] = [{**field("thing", was=["item"]), "title": "标题item"}]
    found = plans.of(app, new)
    assert {(each.kind, each.grade, each.place) for each in found.effects} == {
        ("form_renamed", "safe", "forms.g"), ("field_renamed", "safe", "forms.g.fields.b"),
        ("field_renamed", "safe", "forms.g.fields.rows"), ("field_renamed", "safe", "forms.g.fields.rows.thing"),
    }  # fmt: skip


def test_a_conversion_is_tried_on_every_value(place, plans):
    app = place.publish(form(field("a"), field("name")))
    ids = plans.filled(
        app, {"a": "12,000"}, {"a": "about 3"}, {"a": "１２"}, {"a": "12"}, {"name": "blank"}, {"a": "1.5"}
    )
    effect = plans.effect(app, "forms.f.fields.a", form(field("a", "number"), field("name")))
    assert (effect.kind, effect.grade, effect.affected, effect.failed) == ("field_converted", "conversion", 5, 2)
    assert set(effect.samples[:2]) == {
        Sample(ids[1], "about 3", "about 3", None), Sample(ids[5], "1.5", "1.5", None),
    }  # fmt: skip
    assert {(each.before, each.after) for each in effect.samples[2:]} == {
        ("12,000", "12000"),
        ("１２", "12"),
        ("12", "12"),
    }
    assert [choice.key for choice in effect.choices] == ["keep_original", "cancel"]
    assert sentence(effect, "zh-CN") == "“标题a”从单行文本改为数字，3 条能转换，2 条转换不了"
    assert (
        sentence(effect.choices[0], "en") == "Leave the 2 that do not convert blank, with what they said shown beside"
    )


def test_a_conversion_without_loss_needs_no_choice(place, plans):
    app = place.publish(form(field("a", "number", decimals=1), field("b", "number")))
    plans.filled(app, {"a": "1.5"}, {"a": "2"})
    wider = plans.effect(app, "forms.f.fields.a", form(field("a", "number", decimals=3), field("b", "number")))
    assert (wider.grade, wider.affected, wider.failed, wider.choices) == ("conversion", 2, 0, ())
    assert sentence(wider, "en") == "“标题a” changes from 1 decimal to 3 decimals; all 2 values convert"
    text = plans.effect(app, "forms.f.fields.b", form(field("a", "number", decimals=1), field("b", "text")))
    assert (text.grade, text.code) == ("safe", "plan.field_converted_unused")


def test_a_conversion_inside_rows(place, plans):
    before = field("lines", "subtable", fields=[field("n")])
    app = place.publish(form(field("a"), before))
    ids = plans.filled(app, {"a": "x", "lines": [{"n": "1"}, {"n": "one"}]}, {"lines": [{"n": "2"}, {"n": None}]})
    after = field("lines", "subtable", fields=[field("n", "number")])
    effect = plans.effect(app, "forms.f.fields.lines.n", form(field("a"), after))
    assert (effect.affected, effect.failed, effect.samples[0]) == (3, 1, Sample(ids[0], "x", "one", None))


def test_people_departments_and_references_are_looked_up_together(place, plans):
    app = place.publish(form(field("who"), field("ref")), form(field("name", unique=True), key="g"))
    plans.filled(app, {"name": "东风"}, {"name": "西风"}, key="g")
    plans.filled(
        app, *({"who": who, "ref": ref} for who in ("ann", "鲍勃", "蔡 (cai)", "nobody") for ref in ("东风", "？"))
    )
    new = [
        form(field("who", "person"), field("ref", "reference", to=f"{app}.g")),
        form(field("name", unique=True), key="g"),
    ]
    compiled = plans.compiled(app, *new)
    found = []
    asked = place.asked(lambda: found.append(place.reading("ann", lambda visit: plan(visit, compiled))))
    who, ref = (found[0].effect(f"forms.f.fields.{key}") for key in ("who", "ref"))
    assert (who.affected, who.failed) == (8, 2)
    assert (ref.affected, ref.failed) == (8, 4)
    assert ("鲍勃", "鲍勃 (bob)") in {(each.before, each.after) for each in who.samples}
    assert len(asked) < 40


def test_what_cannot_convert_at_all_starts_blank(place, plans):
    app = place.publish(form(field("a", "date"), field("b", "date")))
    plans.filled(app, {"a": "2026-05-01"})
    new = form(field("a", "person"), field("b", "subtable", fields=[field("x")]))
    found = plans.of(app, new)
    assert [(each.place[-1], each.kind, each.grade, each.affected) for each in found.effects] == [
        ("a", "field_replaced", "destructive", 1), ("b", "field_replaced", "safe", 0),
    ]  # fmt: skip
    assert found.grade == "destructive"


def test_text_and_paragraph_are_kept_alike(place, plans):
    app = place.publish(form(field("a")))
    plans.filled(app, {"a": "x"})
    effect = plans.effect(app, "forms.f.fields.a", form(field("a", "paragraph")), kind="field_retyped")
    assert effect.grade == "safe"


def test_options_under_new_keys(place, plans):
    app = place.publish(form(field("a", "choice", options=OPTIONS)))
    plans.filled(app, {"a": "red"}, {"a": "blue"})
    new = [{"key": "rot", "title": "红", "was": ["red"]}, *OPTIONS[1:]]
    effect = plans.effect(app, "forms.f.fields.a", form(field("a", "choice", options=new)))
    assert (effect.kind, effect.grade, effect.affected, effect.failed) == ("options_renamed", "safe", 2, 0)


def test_a_field_made_required(place, plans):
    lines = field("lines", "subtable", fields=[field("n")])
    app = place.publish(form(field("a"), field("b"), field("c"), field("full"), lines))
    ids = plans.filled(app, {"a": "x", "full": "1"}, {"b": "y", "full": "2", "lines": [{"n": "1"}, {"n": None}]},
                       {"b": "z", "full": "2"})  # fmt: skip
    place.make("ann", f"{app}.f", {"b": "draft"}, draft=True)
    rows = field("lines", "subtable", required=True, fields=[field("n", required=True)])
    new = form(field("a", required=True), field("b", required=True, show_if='a = "x"'), field("c", require_if='b = "y"'),
               field("full", required=True), rows)  # fmt: skip
    found = plans.of(app, new)
    got = {each.place[15:]: (each.grade, each.affected) for each in found.effects if each.kind == "field_required"}
    assert got == {"a": ("attention", 2), "b": ("attention", 1), "c": ("attention", 1), "full": ("safe", 0),
                   "lines": ("attention", 2), "lines.n": ("attention", 1)}  # fmt: skip
    effect = found.effect("forms.f.fields.a", "field_required")
    assert [each.record for each in effect.samples] == ids[1:]
    assert sentence(effect, "zh-CN") == "“标题a”改为必填，2 条旧记录空着，只对新记录要求"


@pytest.mark.parametrize(
    ("type_", "before", "after", "values", "broken"),
    [
        ("number", {}, {"at_least": 5}, ["4", "5", "6"], 1), ("number", {}, {"more_than": 5}, ["4", "5", "6"], 2),
        ("number", {"decimals": 2}, {"decimals": 2, "at_most": "5.5"}, ["5.51", "5.50", "6"], 2),
        ("money", {}, {"less_than": 5}, ["5", "4.99"], 1),
        ("text", {}, {"max_length": 3}, ["一二三", "一二三四", "😀😀😀😀"], 2),
        ("text", {}, {"min_length": 2}, ["a", "ab"], 1), ("paragraph", {}, {"max_length": 2}, ["a\nb", "ab"], 1),
        ("date", {}, {"at_least": "2026-01-02"}, ["2026-01-01", "2026-01-02"], 1),
        ("date", {}, {"at_most": "2026-01-01"}, ["2026-01-01", "2026-01-02"], 1),
        ("choices", {"options": OPTIONS}, {"options": OPTIONS, "max_choices": 1}, [["red"], ["red", "blue"]], 1),
        ("choices", {"options": OPTIONS}, {"options": OPTIONS, "min_choices": 2}, [["red"], ["red", "blue"]], 1),
        ("number", {"at_least": 5}, {"at_least": 1}, ["5"], 0), ("text", {"max_length": 5}, {"max_length": 9}, ["abcde"], None),
    ],
)  # fmt: skip
def test_narrower_limits(place, plans, type_, before, after, values, broken):
    app = place.publish(form(field("a", type_, **before)))
    plans.filled(app, *({"a": value} for value in values))
    found = plans.of(app, form(field("a", type_, **after))).effect("forms.f.fields.a", "field_narrowed")
    if broken is None:
        assert found is None
    else:
        assert (found.affected, found.grade, len(found.samples)) == (broken, "attention" if broken else "safe", broken)


def test_narrower_sub_tables_and_files(place, plans):
    lines = field("lines", "subtable", fields=[field("n")])
    app = place.publish(form(lines, field("x", "file")))
    plans.filled(app, {"lines": [{"n": "1"}, {"n": "2"}]}, {"lines": [{"n": "1"}]}, {})
    new = form(field("lines", "subtable", fields=[field("n")], max_rows=1, min_rows=1), field("x", "file", max_files=1))
    found = plans.of(app, new)
    assert found.effect("forms.f.fields.lines").affected == 2
    assert found.effect("forms.f.fields.x").affected == 0


def test_unique_with_duplicates_stands_in_the_way(place, plans):
    app = place.publish(form(field("a"), field("b"), field("c", "text")))
    plans.filled(app, {"a": "X", "b": "1", "c": "1"}, {"a": "x", "b": "2", "c": "1.0"}, {"a": "y", "b": "3", "c": "2"})
    new = form(field("a", unique=True), field("b", unique=True), field("c", "number", unique=True))
    found = plans.of(app, new)
    assert sorted((each.code, each.at, each.params["count"]) for each in found.problems) == [
        ("tables.not_unique_yet", "forms.f.fields.a", 1), ("tables.not_unique_yet", "forms.f.fields.c", 1),
    ]  # fmt: skip
    assert found.effect("forms.f.fields.b").kind == "field_unique"
    assert sentence(found.effect("forms.f.fields.a"), "zh-CN").startswith("“标题a”不能重复，可是现有 1 个值重复")


def test_a_dropped_option_in_use(place, plans):
    app = place.publish(form(field("a", "choice", options=OPTIONS), field("b", "choices", options=OPTIONS)))
    plans.filled(app, {"a": "red", "b": ["red", "blue"]}, {"a": "red"}, {"a": "green", "b": ["blue"]})
    new = form(field("a", "choice", options=OPTIONS[1:2]), field("b", "choices", options=OPTIONS[1:]))
    found = plans.of(app, new)
    got = {each.place[15:]: (each.grade, each.affected) for each in found.effects}
    assert got == {
        "a.options.red": ("attention", 2),
        "a.options.green": ("attention", 1),
        "b.options.red": ("attention", 1),
    }
    effect = found.effect("forms.f.fields.a.options.red")
    assert [choice.key for choice in effect.choices] == ["keep", "to:blue"]
    assert sentence(effect, "en") == "“标题a” loses the option “Red”, which 2 records have"


def test_what_is_removed_is_hidden(place, plans):
    lines = field("lines", "subtable", fields=[field("n"), field("gone")])
    app = place.publish(form(field("a"), field("empty"), lines), form(field("x"), key="g"), form(field("x"), key="h"))
    plans.filled(app, {"a": "x", "lines": [{"n": "1", "gone": "2"}, {"n": "2"}]}, {"lines": [{"gone": "3"}]})
    plans.filled(app, {"x": "1"}, key="g")
    place.make("ann", f"{app}.f", {"a": "deleted"})
    deleted = place.live(f"{app}.f").physical.main.table
    place.composition.database.write(lambda tx: tx.conn.execute(
        deleted.update().where(deleted.c.a == "deleted").values(_deleted_at=deleted.c.created_at)))  # fmt: skip
    after = field("lines", "subtable", fields=[field("n")])
    found = plans.of(app, form(field("keep"), after))
    got = {each.place: (each.kind, each.grade, each.affected) for each in found.effects if "removed" in each.kind}
    assert got == {
        "forms.f.fields.a": ("field_removed", "destructive", 1), "forms.f.fields.empty": ("field_removed", "safe", 0),
        "forms.f.fields.lines.gone": ("field_removed", "destructive", 2),
        "forms.g": ("form_removed", "destructive", 1), "forms.h": ("form_removed", "safe", 0),
    }  # fmt: skip
    whole = plans.of(app, form(field("a"), field("empty"))).effect("forms.f.fields.lines")
    assert (whole.kind, whole.grade, whole.affected) == ("sub_table_removed", "destructive", 3)
    grades = [each.grade for each in found.effects]
    assert grades == sorted(grades, key=GRADES.index)


def test_checks_are_counted_where_the_database_can_tell(place, plans):
    app = place.publish(form(field("a", "number"), field("b", "number")))
    ids = plans.filled(app, {"a": "1", "b": "2"}, {"a": "3", "b": "2"}, {"a": "1"})
    checks = [
        {"key": "less", "test": "a < b", "message": "甲小于乙"}, {"key": "some", "test": "a > 0", "message": "甲大于零"},
        {"key": "new", "test": "c > 0", "message": "丙大于零"},
    ]  # fmt: skip
    found = plans.of(app, form(field("a", "number"), field("b", "number"), field("c", "number"), checks=checks))
    less, some, new = (found.effect(f"forms.f.checks.{key}") for key in ("less", "some", "new"))
    assert (less.grade, less.affected, [each.record for each in less.samples]) == ("attention", 2, ids[1:])
    assert (some.grade, some.affected) == ("safe", 0)
    assert (new.code, new.affected) == ("plan.check_unknown", 3)


def test_a_renamed_field_is_still_read_by_checks_and_conditions(place, plans):
    app = place.publish(form(field("a", "number")))
    plans.filled(app, {"a": "1"}, {"a": "3"})
    checks = [{"key": "small", "test": "z < 2", "message": "要小"}]
    assert plans.effect(app, "forms.f.checks.small", form(field("z", "number", was=["a"]), checks=checks)).affected == 1


FLOW = {
    "key": "flow",
    "steps": [
        {"key": "one", "type": "approve", "title": "一审", "who": {"people": ["bob"]}},
        {"key": "two", "type": "approve", "title": "二审", "who": {"people": ["cai"]}},
    ],
}


def test_flows_finish_on_their_version(place, plans):
    app = place.publish(form(field("a"), flow=FLOW))
    plans.filled(app, {"a": "x"}, {"a": "y"})
    shorter = plans.of(app, form(field("a"), flow={**FLOW, "steps": FLOW["steps"][1:]}))
    step = shorter.effect("forms.f.flow.steps.one")
    assert (step.grade, step.affected, shorter.waiting) == ("attention", 2, 2)
    assert sentence(step, "zh-CN") == "去掉步骤“一审”，有 2 条正等在这一步，它们按原来的流程走完"
    assert shorter.effect("forms.f.flow").affected == 2
    nobody = plans.of(app, form(field("a"), flow={**FLOW, "steps": FLOW["steps"][:1]}))
    assert not nobody.effect("forms.f.flow.steps.two")
    assert plans.of(app, form(field("a"))).effect("forms.f.flow").kind == "flow_removed"
    assert plans.of(app, form(field("a"), flow=FLOW), roles=[{"key": "r"}]).waiting == 0


def test_rights_that_change(place, plans):
    wide, narrow = ["create", "read", "edit"], ["read"]
    access = [{"key": "all", "who": "everyone", "can": wide}, {"key": "p", "who": {"people": ["ann", "bob"]}, "can": narrow},
              {"key": "gone", "who": "submitter", "can": narrow},
              {"key": "rows", "who": "everyone", "can": narrow, "rows": 'a = "x"'}]  # fmt: skip
    app = place.publish(form(field("a"), access=access))
    new = [{"key": "all", "who": "everyone", "can": narrow}, {"key": "p", "who": {"people": ["ann", "bob"]}, "can": wide},
           {"key": "new", "who": {"role": "boss"}, "can": narrow}, {"key": "rows", "who": "everyone", "can": narrow},
           ]  # fmt: skip
    found = plans.of(app, form(field("a"), access=new), roles=[{"key": "boss"}])
    got = {each.place[15:]: (each.kind, each.grade, each.affected) for each in found.effects if each.kind != "group"}
    assert got == {
        "all": ("access_narrowed", "attention", 4), "p": ("access_widened", "attention", 2),
        "rows": ("access_widened", "attention", 4), "new": ("access_added", "attention", 0),
        "gone": ("access_removed", "attention", 0),
    }  # fmt: skip
    assert "（" not in sentence(found.effect("forms.f.access.gone"), "zh-CN")


def test_what_touches_no_data_is_told_in_groups(place, plans):
    app = place.publish(form(field("a")))
    plans.filled(app, {"a": "x"})
    new = {**form({**field("a"), "title": "新名", "help": "说明"}), "title": "新表名"}
    found = plans.of(app, new, lists=[{"key": "l", "title": "清单", "form": "f", "columns": ["a"], "sort": ["a"]}])
    assert [(each.kind, each.place, each.params["count"]) for each in found.effects] == [
        ("index_built", "forms.f", 1), ("group", "forms", 3), ("group", "lists", 1),
    ]  # fmt: skip
    assert all(each.grade == "safe" for each in found.effects)
    search = plans.of(app, new, lists=[{"key": "l", "title": "清单", "form": "f", "columns": ["a"], "search": ["a"]}])
    assert search.effect("forms.f", "search_rebuilt").affected == 1


def test_the_number_of_questions_does_not_grow_with_the_records(place, plans):
    app = place.publish(form(*(field(f"a{n}", "number") for n in range(30)), flow=FLOW))
    new = plans.compiled(app, form(*(field(f"a{n}", "number", required=True, at_most=1) for n in range(30)),
                                   *(field(f"b{n}") for n in range(30))))  # fmt: skip

    def asked():
        return len(place.asked(lambda: place.reading("admin", lambda visit: plan(visit, new))))

    plans.filled(app, *({f"a{k}": "1" for k in range(30)} for _ in range(1)))
    few = asked()
    plans.filled(app, *({f"a{k}": "1" for k in range(30)} for _ in range(20)))
    assert asked() == few
    assert few <= 20


def test_samples_name_their_records(place, plans):
    app = place.publish(form(field("name"), field("a"), number={"pattern": "N-{0000}"}))
    plans.filled(app, *({"name": f"名{n}", "a": "no"} for n in range(7)))
    effect = plans.effect(
        app, "forms.f.fields.a", form(field("name"), field("a", "number"), number={"pattern": "N-{0000}"})
    )
    assert (effect.affected, effect.failed, len(effect.samples)) == (7, 7, 1)
    assert effect.samples[0].called == "N-0001 名0"


def test_a_number_that_the_title_holds_is_named_once(place, plans):
    said = {"number": {"pattern": "N-{0000}"}, "record_title": 'number & " " & name'}
    app = place.publish(form(field("name"), field("a"), **said))
    plans.filled(app, {"name": "名", "a": "no"})
    effect = plans.effect(app, "forms.f.fields.a", form(field("name"), field("a", "number"), **said))
    assert effect.samples[0].called == "N-0001 名"


def test_every_sentence_reads_in_both_languages(place, plans):
    app = place.publish(form(field("a"), field("b", "choice", options=OPTIONS), flow=FLOW))
    plans.filled(app, {"a": "x", "b": "red"})
    new = form(
        field("a", "number", required=True), field("b", "choice", options=OPTIONS[1:]), field("c", required=True)
    )
    for effect in plans.of(app, new).effects:
        for language in ("zh-CN", "en"):
            for coded in (effect, *effect.choices):
                said = sentence(coded, language)
                assert said
                assert "{" not in said
                assert not said.startswith("plan.")
