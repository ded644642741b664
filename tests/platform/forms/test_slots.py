"""Slots and templates: what a person sees of a form, and that posting it back loses nothing, script or no script."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from dougong.errors import Problem
from dougong.forms import Addresses, RawRecord, Rights, bind, posted_digests, slots

CSS = Path(__file__).resolve().parents[3] / "static" / "css"
HOSTILE = '"><script>alert(1)</script>'


def options(count):
    return [{"key": f"o{n}", "title": {"zh-CN": f"选项{n}", "en": f"Option {n}"}} for n in range(count)]


@pytest.fixture(scope="module")
def form(kit):
    node = kit.node
    return kit.compiled_form(
        node("section", "basic", title={"zh-CN": "基本信息", "en": "Basics"}, help="先填这里", fields=[
            {"type": "text", "key": "reason", "title": {"zh-CN": "采购原因", "en": "Reason"},
             "help": "说明用途", "required": True, "placeholder": "例如 补充"},
            {"type": "choice", "key": "few", "title": "类别", "options": options(3), "width": "1/2"},
            {"type": "choice", "key": "some", "title": "用途", "options": options(12), "width": "1/2"},
            {"type": "choice", "key": "many", "title": "城市", "options": options(30)},
            {"type": "choices", "key": "tags", "title": "标签", "options": options(4)},
            {"type": "section", "key": "more", "title": "其他", "fields": [
                {"type": "paragraph", "key": "remark", "title": "备注"}]},
        ]),
        node("note", "hint", title="提示", help="金额含税"),
        node("section", "details", title="明细", fields=[
            {"type": "subtable", "key": "lines", "title": "物品明细", "card_title": "item", "max_rows": 3, "fields": [
                {"type": "text", "key": "item", "title": "物品", "required": True},
                {"type": "number", "key": "quantity", "title": "数量", "unit": "件"},
                {"type": "person", "key": "who", "title": "经手"},
                {"type": "yesno", "key": "ok", "title": "已验收"},
                {"type": "money", "key": "subtotal", "title": "小计", "value": "quantity * 2"},
            ]},
            {"type": "money", "key": "total", "title": "合计", "value": "SUM(lines.subtotal)"},
        ]),
        node("date", "day", title="日期"), node("datetime", "moment", title="时间"),
        node("yesno", "urgent", title="加急"), node("yesno", "agreed", title="同意条款", required=True),
        node("reference", "supplier", title="供应商", to="mdm.supplier"), node("department", "unit", title="部门"),
        node("file", "quote", title="报价单", accept=["application/pdf", "image/*"], max_files=3),
        node("serial", "code", title="流水号"),
    )  # fmt: skip


VALUES = {
    "reason": "补充", "few": "o1", "some": "o11", "many": "o29", "tags": ("o0", "o2"), "remark": "\n两行\n备注",
    "lines": [
        {"id": 5, "item": "纸", "quantity": Decimal(3), "who": 1, "ok": True, "subtotal": Decimal("6.00")},
        {"id": 6, "item": "笔", "quantity": None, "who": None, "ok": False, "subtotal": Decimal("1200.50")},
    ],
    "total": Decimal("1206.50"), "day": date(2026, 11, 30), "moment": datetime(2026, 11, 30, 6, 5, tzinfo=UTC), "urgent": True,
    "agreed": None, "supplier": 12, "unit": 7, "quote": ("f1", "f2"), "code": "A-1",
}  # fmt: skip


def test_what_is_drawn_is_posted_back_without_script(form, kit, reader):
    page = kit.Page(kit.draw(slots(form, kit.state(form, values=VALUES), reader)))
    raw = bind(form, page.posts())
    assert raw.places == {"lines": [0, 1]}
    back = {key: form.fields[key].spec.coerce(each, reader.desk) for key, each in raw.items()}
    wanted = {key: value for key, value in VALUES.items() if form.fields[key].settable}
    rows = [{**row, "id": str(row["id"])} for row in wanted["lines"]]
    for row in rows:
        del row["subtotal"]
    assert back == {**wanted, "lines": rows, "remark": "两行\n备注"}


def test_drawing_again_what_was_posted_changes_nothing(form, kit, reader):
    first = kit.Page(kit.draw(slots(form, kit.state(form, values=VALUES), reader)))
    raw = bind(form, first.posts())
    second = kit.Page(kit.draw(slots(form, kit.state(form, raw, VALUES), reader)))
    assert second.html == first.html


def test_what_was_typed_wrong_is_kept(form, kit, reader):
    raw = RawRecord({"reason": HOSTILE, "supplier": "没有", "lines": [{"item": "x", "quantity": "三"}]}, {"lines": [4]})
    problems = [Problem("field.not_a_number", "lines[0].quantity", {"title": "数量"}),
                Problem("field.required", "tags", {"title": "标签"}),
                Problem("field.required", "", {"title": "整张表"})]  # fmt: skip
    page_object = slots(form, kit.state(form, raw, {"lines": [{"item": "x"}]}, problems=problems), reader)
    page = kit.Page(kit.draw(page_object))
    assert page.one("input", name="reason")["attrs"]["value"] == HOSTILE
    assert "<script" not in page.html
    assert page.one("input", name="supplier.text")["attrs"]["value"] == "没有"
    assert (
        page.one("input", name="supplier")["attrs"]["value"]
        == page.one("input", name="supplier.was")["attrs"]["value"]
        == ""
    )
    wrong = page.one("input", name="lines-4-quantity")["attrs"]
    assert (wrong["value"], wrong["aria-invalid"], wrong["aria-describedby"]) == ("三", "true", "e-f-lines-4-quantity")
    assert page.one(id="e-f-lines-4-quantity")["text"] == "错误：第 1 行：数量要填数字"
    assert [(e.href, e.sentence) for e in page_object.errors] == [
        ("#f-tags", "填写标签"), ("#f-lines-4-quantity", "第 1 行：数量要填数字"), ("", "填写整张表")]  # fmt: skip
    summary = kit.Page(kit.draw(page_object, macro="error_summary"))
    assert summary.one("h2")["text"] == "有 3 处需要修改"
    for link in summary.find("a"):
        page.one(id=link["attrs"]["href"].removeprefix("#"))


def test_a_picker_shows_the_name_and_posts_the_id(form, kit, reader):
    page = kit.Page(kit.draw(slots(form, kit.state(form, {"supplier": "S-1"}, {"unit": 7}), reader)))
    assert page.one("input", name="unit")["attrs"]["value"] == "rd"
    assert (
        page.one("input", name="unit.text")["attrs"]["value"]
        == page.one("input", name="unit.was")["attrs"]["value"]
        == "研发一部"
    )
    assert page.one("input", name="supplier")["attrs"]["value"] == "12"
    assert page.one("input", name="supplier.text")["attrs"]["value"] == "华东"


def test_pickers_and_uploads_know_their_addresses(form, kit, reader):
    addresses = Addresses(
        suggest=lambda path: f"/s/{path}", upload=lambda path: f"/u/{path}", file=lambda id: f"/f/{id}"
    )
    page = kit.Page(kit.draw(slots(form, kit.state(form, values=VALUES), reader, addresses=addresses), htmx=kit.LOUD))
    who = page.one("input", name="lines-0-who.text")["attrs"]
    assert (who["data-url"], who["data-list"], who["aria-controls"]) == (
        "/s/lines.who",
        "f-lines-0-who-options",
        "f-lines-0-who-options",
    )
    page.one("ul", id=who["data-list"])
    upload = page.one("input", name="quote.upload")["attrs"]
    assert (upload["data-upload"], upload["data-list"], upload["accept"]) == (
        "/u/quote",
        "f-quote-list",
        "application/pdf,image/*",
    )
    page.one("ul", id=upload["data-list"])


def test_choices_are_drawn_by_how_many_there_are(form, kit, reader):
    page_object = slots(form, kit.state(form, values=VALUES), reader)
    assert [page_object.slot(name).layout for name in ("few", "some", "many", "tags", "urgent", "agreed")] == [
        "radios", "grid", "select", "radios", "box", "radios"]  # fmt: skip
    page = kit.Page(kit.draw(page_object))
    assert [e["attrs"]["value"] for e in page.find("input", name="few", type="radio")] == ["o0", "o1", "o2", ""]
    assert len(page.find("option")) == 31
    assert [
        e["attrs"]["value"] for e in page.find("input", name="tags", type="checkbox") if "checked" in e["attrs"]
    ] == ["o0", "o2"]


def test_an_option_that_is_gone_is_not_lost(form, kit, reader):
    page = kit.Page(kit.draw(slots(form, kit.state(form, values={"few": "retired"}), reader)))
    assert page.one("input", value="retired")["attrs"]["type"] == "radio"


def test_hidden_by_a_rule_keeps_its_inputs(form, kit, reader):
    hidden = ("reason", "basic", "lines[0].item", "lines")
    page = kit.Page(kit.draw(slots(form, kit.state(form, values=VALUES, hidden=hidden), reader)))
    for name in ("reason", "basic", "lines-0-item", "lines"):
        assert "hidden" in page.one(id=f"slot-{name}")["attrs"]
    assert page.one("input", name="reason")["attrs"]["value"] == "补充"
    assert "hidden" not in page.one(id="slot-few")["attrs"]
    assert bind(form, page.posts())["lines"][0]["item"] == "纸"


def test_what_access_hides_never_arrives(form, kit, reader):
    rights = Rights(read=frozenset({"few", "lines"}), edit=frozenset({"few"}))
    problems = [Problem("field.required", "reason", {"title": "采购原因"})]
    page_object = slots(form, kit.state(form, values=VALUES, rights=rights, problems=problems), reader)
    page = kit.Page(kit.draw(page_object))
    assert "补充" not in page.html
    assert "报价" not in page.html
    assert not page.find(id="slot-reason")
    assert set(bind(form, page.posts())) == {"few"}
    assert not page.find("button", name="_row")
    assert [e.href for e in page_object.errors] == [""]


def test_computed_and_read_only_fields_have_no_input(form, kit, reader):
    page = kit.Page(
        kit.draw(
            slots(form, kit.state(form, values=VALUES, readonly=frozenset({"reason", "tags", "supplier"})), reader)
        )
    )
    assert "￥1,206.50" in page.one(id="f-total")["text"]
    assert not page.find("input", name="total")
    assert page.one("input", name="reason")["attrs"] == {"type": "hidden", "name": "reason", "value": "补充"}
    raw = bind(form, page.posts())
    assert (raw["reason"], raw["tags"], raw["supplier"]) == ("补充", ["o0", "o2"], "12")


def test_optional_is_said_and_required_is_wired(form, kit, reader):
    page = kit.Page(kit.draw(slots(form, kit.state(form, required=frozenset({"reason"})), reader)))
    assert page.one("label", for_="f-reason")["text"] == "采购原因"
    assert page.one("input", name="reason")["attrs"]["aria-required"] == "true"
    assert page.one("label", for_="f-day")["text"] == "日期 （选填）"


def test_rows_have_totals_titles_and_buttons(form, kit, reader):
    page_object = slots(form, kit.state(form, values=VALUES), reader)
    foot = page_object.slot("lines-totals")
    assert [(t.title, t.text) for t in foot.totals if t.text] == [("小计", "￥1,206.50")]
    page = kit.Page(kit.draw(page_object))
    assert [b["attrs"]["value"] for b in page.find("button", name="_row")] == [
        "copy:lines:0", "remove:lines:0", "copy:lines:1", "remove:lines:1", "add:lines"]  # fmt: skip
    assert page.find("button")[0]["attrs"]["name"] == "_refresh"  # what Enter presses
    assert "第 1 行" in page.one(id="t-f-lines-0")["text"]
    assert "纸" in page.one(id="slot-lines-0")["text"]


def test_no_more_rows_than_allowed(form, kit, reader):
    rows = [{"item": str(n)} for n in range(3)]
    page = kit.Page(kit.draw(slots(form, kit.state(form, values={"lines": rows}), reader)))
    assert {b["attrs"]["value"].partition(":")[0] for b in page.find("button", name="_row")} == {"remove"}


def test_rows_taken_out_in_between_keep_their_names(form, kit, reader):
    raw = bind(form, kit.posted(("lines-2-item", "b"), ("lines-9-item", "c")))
    page = kit.Page(kit.draw(slots(form, kit.state(form, raw, {}), reader)))
    assert page.one("input", name="lines-9-item")["attrs"]["value"] == "c"
    assert [e["attrs"]["value"] for e in page.all if e["attrs"].get("name", "").endswith("-at")] == ["0", "1"]


def test_texts_are_in_the_readers_language(form, kit):
    page = kit.Page(kit.draw(slots(form, kit.state(form, values=VALUES), kit.Reader("en")), "en"))
    assert page.one("label", for_="f-reason")["text"] == "Reason (optional)"
    assert page.one("h2", id="f-basic")["text"] == "Basics"
    assert "Option 1" in page.html
    assert "选填" not in page.html


def test_only_changed_slots_are_told(form, kit, reader):
    before = slots(form, kit.state(form, values=VALUES), reader)
    seen = posted_digests(kit.Page(kit.draw(before)).posts())
    assert len(seen) == len({slot.name for slot in before.slots()})
    assert before.changed(seen) == ()
    typed = RawRecord({"reason": "另写", "lines": [{"id": "5", "item": "新"}, {"id": "6"}]}, {"lines": [0, 1]})
    assert [s.name for s in slots(form, kit.state(form, typed, VALUES), reader).changed(seen)] == []
    after = kit.state(form, values={**VALUES, "total": Decimal("7.00")}, hidden=("day",), required=frozenset({"few"}))
    assert [s.name for s in slots(form, after, reader).changed(seen)] == ["few", "total", "day"]
    assert slots(form, after, reader).changed({}) == ()


def test_an_answer_is_the_slot_itself(form, kit, reader):
    page_object = slots(form, kit.state(form, values=VALUES), reader)
    whole = kit.draw(page_object)
    for slot in page_object.slots():
        alone = kit.draw(slot, macro="slot_alone")
        assert alone in whole
        assert alone.startswith('<div class="slot')


def test_a_record_is_read_without_inputs(form, kit, reader):
    page = kit.Page(kit.draw(slots(form, kit.state(form, values=VALUES), reader, "show"), macro="record"))
    assert not [e for e in page.all if e["tag"] in ("input", "select", "textarea", "button")]
    text = page.one("div", class_="record-body")["text"]
    for shown in (
        "补充",
        "选项1",
        "选项0、选项2",
        "￥1,206.50",
        "2026-11-30 14:05",
        "华东",
        "研发一部",
        "f1.pdf",
        "3 件",
        "是",
    ):
        assert shown in text
    assert "同意条款" not in text  # blank


def test_no_script_or_style_inside_the_markup(form, kit, reader):
    for part in (kit.draw(slots(form, kit.state(form, values=VALUES), reader)),):
        page = kit.Page(part)
        assert not page.find("script") + page.find("style")
        assert not [e for e in page.all if any(name == "style" or name.startswith("on") for name in e["attrs"])]
        ids = [e["attrs"]["id"] for e in page.all if "id" in e["attrs"]]
        assert len(ids) == len(set(ids))
        for e in page.all:
            for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
                assert set((e["attrs"].get(name) or "").split()) <= set(ids)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("size", "scheme", "language"),
    [((320, 700), "light", "en"), ((390, 844), "dark", "zh-CN"), ((1366, 768), "light", "zh-CN")],
)
def test_is_accessible_and_fits(form, kit, chromium, axe, language, size, scheme):
    problems = [
        Problem("field.required", place, {"title": "x"})
        for place in ("reason", "few", "tags", "lines[0].item", "quote", "lines")
    ]
    reader = kit.Reader(language)
    state = kit.state(
        form, values=VALUES, problems=problems, readonly=frozenset({"many"}), hidden=("day", "lines[1].who")
    )
    page_object = slots(form, state, reader)
    css = "".join((CSS / f"{name}.css").read_text(encoding="utf-8") for name in ("tokens", "base", "app", "form"))
    body = "".join(kit.draw(page_object, language, macro=macro) for macro in ("error_summary", "body"))
    shown = kit.draw(slots(form, state, reader, "show"), language, macro="record").replace('"f-', '"r-')
    head = f'<meta name="viewport" content="width=device-width"><title>t</title><style>{css}</style>'
    form_html = f'<main class="page"><h1>t</h1><form method="post" novalidate>{body}</form>{shown}</main>'
    html = f'<!doctype html><html lang="{language}"><head>{head}</head><body>{form_html}</body></html>'
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    try:
        page = context.new_page()
        page.set_content(html)
        page.evaluate(axe)
        result = page.evaluate(
            "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        )
        found = [
            (v["id"], v["nodes"][0]["html"][:200])
            for v in result["violations"]
            if v["id"] not in ("region", "landmark-one-main")
        ]
        assert found == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("getComputedStyle(document.querySelector('.line')).display") == (
            "grid" if size[0] < 721 else "table-row"
        )
        assert page.locator("#slot-lines-1-who").is_hidden()
        box = page.locator("#f-lines-0-ok").bounding_box()
        assert min(box["width"], box["height"]) >= 20
    finally:
        context.close()
