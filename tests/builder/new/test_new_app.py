"""A new app from a name and lines: what the lines mean, the key it gets, what is made, and what is refused."""

import json
import re
from typing import Any

import pytest

from dougong.apps import publish
from dougong.drafts.store import compiled, find_draft
from dougong.drafts.unfinished import open_keys
from dougong.spec.compile import compile_app, no_others
from dougong.words import say
from dougong_builder.new_app_keys import rekeyed
from dougong_builder.new_app_page import STARTS
from dougong_builder.new_app_shipped import counts, shipped_app
from dougong_builder.new_app_spec import Asked, blank, lines_of

LINES = "用车事由*\n出发日期*\n人数\n车型：轿车/商务车/大巴*\n预计费用(元)"


def test_lines_become_fields_of_the_kinds_they_mean(house: Any) -> None:
    answer = house.post("/apps/new", title="用车申请", lines=LINES)
    assert answer.status_code == 303
    assert answer.location.endswith("/apps/yongcheshenqing/forms/yongcheshenqing/design")
    spec = house.spec("yongcheshenqing")
    fields = spec.forms[0].fields
    assert [each.type_key() for each in fields] == ["paragraph", "date", "number", "choice", "money"]
    assert [each.required for each in fields] == [True, True, False, True, False]
    assert [option.title for option in fields[3].options] == ["轿车", "商务车", "大巴"]
    assert compile_app(spec, no_others).problems == ()


def test_everyone_sees_his_own_and_who_made_it_sees_all(house: Any) -> None:
    house.post("/apps/new", title="用车申请", lines=LINES)
    own, every = house.spec("yongcheshenqing").forms[0].access
    assert (own.who, own.rows, own.can) == ("everyone", "created_by = ME()", ("create", "read"))
    assert every.who.people == ("xu",)
    assert set(every.can) == {"read", "edit", "delete", "export"}


def test_it_can_be_published_and_filled_in_at_once(house: Any) -> None:
    house.post("/apps/new", title="用车申请", lines=LINES)

    def work(tx: Any) -> None:
        publish(tx, compiled(tx, find_draft(tx, "yongcheshenqing")), None)

    house.composition.database.write(work)
    assert house.get("/a/yongcheshenqing/yongcheshenqing/new", "zhang").status_code == 200
    assert house.get("/a/yongcheshenqing/lists/all", "zhang").status_code == 200


def test_the_preview_shows_types_and_keeps_what_was_chosen(house: Any, words: Any) -> None:
    said = {"title": "x", "lines": "人数\n金额\n备注", "said": ["人数", "备注"], "kind": ["text", ""]}
    answer = house.post("/apps/new/lines", htmx=True, **said)
    assert answer.status_code == 200
    assert 'id="guessed" hx-swap-oob="outerMorph"' in answer.text
    chosen = re.findall(r'<option value="(\w+)" selected>', answer.text)
    assert chosen == ["text"]
    assert "数字（自动）" in words(answer)
    assert "金额（自动）" in words(answer)


def test_a_choice_stays_with_its_line_and_with_its_place() -> None:
    made = (("人数", "备注", "金额"), ("text", "", "number"))
    assert lines_of("新\n人数\n金额", *made) == (("新", ""), ("人数", "text"), ("金额", "number"))
    assert lines_of("人数(人)\n备注\n金额", *made) == (("人数(人)", "text"), ("备注", ""), ("金额", "number"))
    assert lines_of("人数\n人数", ("人数",), ("nonsense",)) == (("人数", ""), ("人数", ""))


def test_checking_without_javascript_shows_the_same_page_with_what_was_typed(house: Any, words: Any) -> None:
    answer = house.post("/apps/new", title="用车", lines="总价=人数*单价\n人数", do="check")
    assert answer.status_code == 200
    assert "总价=人数*单价\n人数</textarea>" in answer.text
    assert "没有叫 单价 的字段" in words(answer)
    assert house.composition.database.read(open_keys) == frozenset()


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"title": "", "lines": LINES}, "填写名称"), ({"title": "用车", "key": "Not a key"}, "应用编码只能用"),
    ({"title": "用车", "lines": "字段\n" * 201}, "一次最多 200 行"),
    ({"title": "用车", "key": "new"}, "已经有应用用了"), ({"title": "用车", "key": "import"}, "已经有应用用了"),
)  # fmt: skip


def test_what_is_wrong_stands_at_its_place_and_what_was_typed_stays(house: Any, words: Any) -> None:
    for said, told in WRONG:
        answer = house.post("/apps/new", **said)
        assert answer.status_code == 422
        assert told in words(answer)
        assert said.get("lines", "") in answer.text
        assert 'class="errsum"' in answer.text
    assert house.composition.database.read(open_keys) == frozenset()


def test_a_key_that_is_taken_is_refused_and_a_derived_one_goes_round_it(house: Any, words: Any) -> None:
    house.publish("mdm")
    assert house.post("/apps/new", title="主数据", key="mdm").status_code == 422
    assert "“mdm”已经有应用用了" in words(house.post("/apps/new", title="主数据", key="mdm"))
    house.post("/apps/new", title="Mdm", lines="a")
    assert house.spec("mdm_2").app.title == "Mdm"


def test_the_same_form_sent_twice_makes_one_app(house: Any) -> None:
    first = house.post("/apps/new", title="用车", lines=LINES)
    second = house.post("/apps/new", title="用车", lines=LINES)
    assert first.location == second.location
    other = house.post("/apps/new", title="用车", lines="别的")
    assert other.location != first.location


def test_only_builders_may(house: Any) -> None:
    for path in ("/apps/new", "/apps/new/purchase", "/apps/import"):
        assert house.get(path, "zhang").status_code == 403
        assert house.get(path, "admin").status_code == 200
        assert house.post(path, "zhang", title="x", lines="y").status_code == 403


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("start", STARTS)
def test_every_start_makes_a_sound_app(start: str, language: str) -> None:
    lines = lines_of(say(f"new.start.{start}.lines", language), (), ())
    made = blank(Asked(say(f"new.start.{start}", language), lines), "app", language, "xu")
    assert made.problems == ()
    assert len(made.fields) == len(lines) >= 5
    assert not any("*" in str(field["title"]) for field in made.fields)
    assert {"date", "choice", "money" if start != "leave" else "number"} <= {field["type"] for field in made.fields}


def test_a_start_fills_the_form(house: Any) -> None:
    page = house.get("/apps/new?start=leave").text
    assert 'value="请假"' in page
    assert "请假类型：" in page
    assert house.get("/apps/new?start=nonsense").status_code == 200


HOSTILE = (
    "=", "a=", "=a", "：", ":::", "(((", "*", "合计=" + "(" * 200, "x" * 5000, "\u202e\u0000abc", "a=b=c", "级别：//",
    "级别：A/A/A",
        "<script>alert(1)</script>", '"; drop table app; --', "{{ 7*7 }}", "🙂🙂", "id", "true", "number\nnumber", "a\n" * 400,
)  # fmt: skip


def test_hostile_lines_never_break_the_page(house: Any) -> None:
    for lines in HOSTILE:
        for said in ({"do": "check"}, {}):
            answer = house.post("/apps/new", title="x", lines=lines, **said)
            assert answer.status_code in (200, 303, 422), lines
            assert "<script>alert" not in answer.text
        assert house.post("/apps/new/lines", htmx=True, title="x", lines=lines).status_code == 200, lines


# -- copies of ready-made apps ---------------------------------------------------------------------------------------------
def test_a_ready_made_app_is_copied_under_its_own_key_while_it_is_free(house: Any, words: Any) -> None:
    page = house.get("/apps/new/mdm")
    assert "3 个表单" in words(page)
    assert house.post("/apps/new/mdm", title="主数据").status_code == 303
    copied = house.spec("mdm")
    assert copied == shipped_app("mdm")
    assert house.post("/apps/new/mdm", title="我的数据").location.endswith("/apps/mdm_2/forms/supplier/design")
    second = house.spec("mdm_2")
    assert second.app.title == "我的数据"
    assert compile_app(second, no_others).problems == ()
    assert counts(second) == counts(copied)


def test_a_copy_says_what_it_needs_and_what_is_wrong_with_its_name(house: Any, words: Any) -> None:
    assert "它要用到“主数据”里的数据" in words(house.get("/apps/new/purchase"))
    answer = house.post("/apps/new/purchase", title="", key="x y")
    assert answer.status_code == 422
    assert "填写名称" in words(answer)
    assert 'value="x y"' in answer.text
    assert house.get("/apps/new/nothing").status_code == 404
    house.publish("mdm")
    assert "它要用到" not in words(house.get("/apps/new/purchase"))


@pytest.mark.parametrize("key", ["expense", "mdm", "purchase"])
def test_another_key_changes_nothing_but_the_key(key: str, shipped: Any) -> None:
    spec = shipped_app(key)
    other = rekeyed(spec, "elsewhere", "标题")
    assert other.app.title == "标题"
    others = {name: shipped_app(name) for name in ("expense", "mdm", "purchase")}
    assert compile_app(other, others.get).problems == ()
    assert rekeyed(other, key, spec.app.title) == spec
    assert f'"{key}.' not in json.dumps([str(each) for each in other.tests])
