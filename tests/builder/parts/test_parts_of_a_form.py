"""Rules, flow and access of a form: what the plain forms show, change and refuse."""

import json
import re
from html import unescape
from itertools import cycle
from typing import Any

import pytest

RULES, FLOW, ACCESS = (f"/apps/purchase/forms/request/{tab}" for tab in ("rules", "flow", "access"))
FORM = "forms.request"


def value_of(page: str, name: str) -> str:
    """What the first input of a name holds."""
    box = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', page)
    if box:
        found = re.search(r'value="([^"]*)"', box[0])
        return unescape(found[1]) if found else ""
    area = re.search(rf'<textarea[^>]*name="{re.escape(name)}"[^>]*>\n(.*?)</textarea>', page, re.S)
    assert area, f"no input {name}"
    return unescape(area[1])


# -- rules ------------------------------------------------------------------------------------------------------------
def test_the_rules_of_a_form_are_shown_with_an_example_of_its_numbers(builder: Any) -> None:
    page = builder.get(RULES)
    assert value_of(page, "p.record_title") == 'number & " " & reason'
    assert value_of(page, "p.number.pattern") == "CG-{YYYY}-{0000}"
    assert re.search(r"CG-20\d\d-0001", page)
    assert value_of(page, "p.message.en") == "Delivery date must be today or later"


def test_a_pattern_is_saved_and_a_bad_one_is_told_at_its_input(builder: Any) -> None:
    builder.get(RULES)
    builder.op("rules:request", op="save", place=FORM, p__number__pattern="A-{0000}", p__number__reset="never",
               _has="number.gapless", back=RULES)  # fmt: skip
    number = builder.spec().forms[0].number
    assert (number.pattern, number.reset, number.gapless) == ("A-{0000}", "never", False)
    assert "A-0001" in builder.get(RULES)
    builder.op("rules:request", op="save", place=FORM, p__number__pattern="A-{YYYY}", back=RULES)
    page = builder.get(RULES)
    assert value_of(page, "p.number.pattern") == "A-{YYYY}"
    assert 'id="number.pattern-fault-1"' in page
    assert "A-20" not in page


def test_numbering_ends_and_begins_with_one_press(builder: Any) -> None:
    page = builder.get(RULES)
    off = re.search(r'name="operation" value="([^"]*)"', page)
    assert off
    builder.op("rules:request", operation=unescape(off[1]), back=RULES)
    assert builder.spec().forms[0].number is None
    on = re.search(r'name="operation" value="([^"]*)"', builder.get(RULES))
    assert on
    builder.op("rules:request", operation=unescape(on[1]), back=RULES)
    assert builder.spec().forms[0].number is not None


def test_a_check_is_added_changed_moved_and_deleted(builder: Any) -> None:
    builder.get(RULES)
    answer = builder.op(
        "rules:request", op="add", parent=f"{FORM}.checks", p__test="total > 0", title="合计必须大于 0", back=RULES
    )
    key = builder.spec().forms[0].checks[1].key
    assert answer.location.endswith(f"?at=checks.{key}#checks.{key}")
    place = f"{FORM}.checks.{key}"
    builder.op("rules:request", op="save", place=place, **{"p.message.en": "More than 0", "p.message.zh-CN": "大于 0"},
               p__at="total", p__test="total > 0", back=RULES)  # fmt: skip
    check = builder.spec().forms[0].checks[1]
    assert (check.at, check.message) == ("total", {"zh-CN": "大于 0", "en": "More than 0"})
    builder.op("rules:request", do=f"op=move&by=up&node={place}", back=RULES)
    assert builder.spec().forms[0].checks[0].key == key
    builder.op("rules:request", do=f"op=delete&nodes={place}", back=RULES)
    assert [check.key for check in builder.spec().forms[0].checks] == ["future"]


def test_a_formula_with_a_mistake_is_kept_and_told_under_it(builder: Any) -> None:
    builder.get(RULES)
    builder.op("rules:request", op="save", place=f"{FORM}.checks.future", p__test="totl > (0", back=RULES)
    page = builder.get(RULES)
    assert value_of(page, "p.test") == "totl > (0"
    assert 'id="checks.future.test-fault-1"' in page
    assert "<details open" in page


def test_a_key_that_cannot_be_comes_back_as_it_was_typed(builder: Any) -> None:
    builder.get(RULES)
    answer = builder.op(
        "rules:request",
        status=422,
        op="save",
        place=f"{FORM}.statuses.ordering",
        p__key="Not A Key",
        p__tone="ok",
        back=RULES,
    )
    page = answer.get_data(as_text=True)
    assert value_of(page, "p.key") == "Not A Key"
    assert '<option value="ok" selected>' in page
    assert builder.spec().forms[0].statuses[0].key == "ordering"
    builder.op("rules:request", op="save", place=f"{FORM}.statuses.ordering", p__key="placed", back=RULES)
    spec = builder.spec().forms[0]
    assert spec.statuses[0].key == "placed"
    assert 'status = "placed"' in [grant.rows for grant in spec.access]


def test_two_who_change_one_thing_see_both_values(site: Any, builder: Any) -> None:
    builder.get(RULES)
    other, place = type(builder)(site, site.client("admin")), f"{FORM}.checks.future"
    other.op("rules:request", op="save", place=place, p__test="total > 1", base_rev="0", back=RULES)
    answer = builder.op(
        "rules:request", status=409, op="save", place=place, p__test="total > 2", base_rev="0", back=RULES
    )
    page = answer.get_data(as_text=True)
    assert value_of(page, "p.test") == "total > 2"
    assert "total &gt; 1" in page
    assert builder.spec().forms[0].checks[0].test == "total > 1"
    builder.op("rules:request", op="save", place=place, p__at="total", base_rev="0", back=RULES)  # elsewhere: no clash
    assert builder.spec().forms[0].checks[0].at == "total"


# -- flow -------------------------------------------------------------------------------------------------------------
def test_a_flow_is_drawn_from_submit_to_end_with_a_sentence_for_each_step(builder: Any) -> None:
    builder.client.set_cookie("dougong_language", "zh-CN")
    page = builder.get(FLOW)
    order = [page.index(f'id="flow.steps.{key}-card"') for key in ("manager", "amount", "committee", "cfo", "buyer")]
    assert order == sorted(order)
    assert "提交人的上级，或签，没人时交给再上一级" in page
    assert "采购委员会，会签" in page
    assert "其他情况" in page
    assert "<code>total &gt; 50000</code>" in page


def test_a_step_is_put_between_two_others_and_then_chosen(builder: Any) -> None:
    page = builder.get(FLOW)
    found = [json.loads(unescape(each)) for each in re.findall(r'name="operation" value="([^"]*)"', page)]
    new = next(
        each for each in found if each["op"] == "add" and each.get("after") == "manager" and each["type"] == "handle"
    )
    answer = builder.op("flow:request", operation=json.dumps(new), back=FLOW)
    assert [step.key for step in builder.spec().forms[0].flow.steps] == ["manager", "handle", "amount", "buyer"]
    assert answer.location.endswith("flow?at=handle#step")
    inside = next(each for each in found if each["op"] == "add" and each["parent"].endswith(".otherwise"))
    builder.op("flow:request", operation=json.dumps(inside), back=FLOW)
    assert len(builder.spec().forms[0].flow.steps[2].otherwise) == 1
    branching = next(each for each in found if each["op"] == "add" and each["type"] == "branch")
    builder.op("flow:request", operation=json.dumps(branching), back=FLOW)
    assert "spec.no_branches" not in builder.get("/apps/purchase/problems")


def test_the_properties_of_a_step_are_saved_together(builder: Any) -> None:
    at = f"{FLOW}?at=manager"
    page = builder.get(at)
    assert 'value="supervisor_of:submitter" selected' in page
    builder.op(
        "flow:request", op="save", place=f"{FORM}.flow.steps.manager", p__who="role:cfo", p__mode="all", p__nobody="pass",
        _has=["allow_self", "actions"], p__actions=["approve", "reject"], p__comment="always", p__fields__total="hidden",
        p__fields__reason="edit", p__allow_self="true", back=at,
    )  # fmt: skip
    step = builder.spec().forms[0].flow.steps[0]
    assert (step.who.role, step.mode, step.nobody, step.comment) == ("cfo", "all", "pass", "always")
    assert step.actions == ("approve", "reject")
    assert step.fields == {"total": "hidden", "reason": "edit"}
    assert step.allow_self
    builder.op("flow:request", op="save", place=f"{FORM}.flow.steps.manager", p__fields__total="", back=at)
    assert builder.spec().forms[0].flow.steps[0].fields == {"reason": "edit"}


def test_what_is_wrong_with_a_step_is_told_on_its_card_while_editing(builder: Any) -> None:
    builder.get(FLOW)
    builder.op("flow:request", op="save", place=f"{FORM}.flow.steps.cfo", p__nobody="next_supervisor", back=FLOW)
    page = builder.get(FLOW)
    card = page[page.index('id="flow.steps.cfo-card"') :]
    assert 'class="dot"' in card[: card.index("</a>")]


def test_people_by_name_are_ticked_off_and_added(builder: Any) -> None:
    at, place = f"{FLOW}?at=cfo", f"{FORM}.flow.steps.cfo"
    builder.get(at)
    builder.op("flow:request", op="save", place=place, p__who="people:li", back=at)
    page = builder.get(at)
    assert 'name="p.who.people" value="li" checked' in page
    assert '<option value="wang">' in page
    more = {"p.who.people": ["li", "wang"], "p.who": "people:li", "_has": "who.people"}
    builder.op("flow:request", op="save", place=place, back=at, **more)
    assert builder.spec().forms[0].flow.steps[1].branches[0].steps[1].who.people == ("li", "wang")


def test_a_form_without_a_flow_gets_one_and_loses_it(builder: Any) -> None:
    here = "/apps/mdm/forms/supplier/flow"
    start = re.search(r'name="operation" value="([^"]*)"', builder.get(here))
    assert start
    builder.op("flow:supplier", app="mdm", operation=unescape(start[1]), back=here)
    assert builder.spec("mdm").forms[0].flow is not None
    page = builder.get(here)
    gone = {"op": "set", "place": "forms.supplier", "property": "flow"}
    assert gone in [json.loads(unescape(each)) for each in re.findall(r'name="operation" value="([^"]*)"', page)]
    builder.op("flow:supplier", app="mdm", operation=json.dumps(gone), back=here)
    assert builder.spec("mdm").forms[0].flow is None


def test_branches_are_changed_and_added_but_the_rest_cannot_go(builder: Any) -> None:
    at, place = f"{FLOW}?at=amount", f"{FORM}.flow.steps.amount"
    page = builder.get(at)
    assert f"nodes={place}.otherwise" not in page
    builder.op("flow:request", op="save", place=f"{place}.branches.big", p__when="total > 80000", back=at)
    new = {"op": "add", "parent": f"{place}.branches", "key": "case", "title": "More", "values": {"when": "TRUE"}}
    builder.op("flow:request", operation=json.dumps(new), back=at)
    assert [each.when for each in builder.spec().forms[0].flow.steps[1].branches] == ["total > 80000", "TRUE"]
    assert "total &gt; 80000" in builder.get(at)


# -- access -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("language", "sentence"),
    [("zh-CN", "采购员可以查看、修改状态为“下单中”的记录，能填写和修改供应商"),
     ("en", "Buyer can read, edit the records with status “Ordering”, fills in and changes Supplier")],
)  # fmt: skip
def test_a_grant_is_one_sentence(builder: Any, language: str, sentence: str) -> None:
    builder.client.set_cookie("dougong_language", language)
    assert sentence in builder.get(f"{ACCESS}?at=order")


def test_a_grant_is_changed_and_all_fields_means_those_to_come_too(builder: Any) -> None:
    at, place = f"{ACCESS}?at=order", f"{FORM}.access.order"
    builder.get(at)
    fields = {
        "_has": ["can", "read", "edit"],
        "p.can": ["read", "edit", "delete"],
        "p.read": ["reason", "total"],
        "p.edit": "*",
    }
    builder.op("access:request", op="save", place=place, p__who="submitter", p__rows="total > 10", back=at, **fields)
    grant = builder.spec().forms[0].access[1]
    assert (grant.who, grant.rows, grant.can) == ("submitter", "total > 10", ("read", "edit", "delete"))
    assert (grant.read, grant.edit) == (("reason", "total"), None)
    page = builder.get(at)
    assert re.search(r'name="p.edit" value="\*" checked', page)
    assert not re.search(r'name="p.read" value="\*" checked', page)


def test_a_row_rule_that_cannot_be_is_told_under_it(builder: Any) -> None:
    at = f"{ACCESS}?at=all"
    builder.get(at)
    builder.op("access:request", op="save", place=f"{FORM}.access.all", p__rows="nothing_such = 1", back=at)
    page = builder.get(at)
    assert value_of(page, "p.rows") == "nothing_such = 1"
    assert 'id="access.all.rows-fault-1"' in page


def test_grants_are_added_copied_and_deleted(builder: Any) -> None:
    page = builder.get(ACCESS)
    new = re.findall(r'name="operation" value="([^"]*)"', page)
    answer = builder.op("access:request", operation=unescape(new[1]), back=ACCESS)
    assert answer.location.endswith("access?at=everyone#grant")
    builder.op("access:request", do=f"op=copy&nodes={FORM}.access.all", back=ACCESS)
    assert [grant.key for grant in builder.spec().forms[0].access] == [
        "own",
        "order",
        "ordered",
        "all",
        "all_2",
        "everyone",
    ]
    for key in ("own", "order", "ordered", "all", "all_2", "everyone"):
        builder.op("access:request", do=f"op=delete&nodes={FORM}.access.{key}", back=ACCESS)
    builder.client.set_cookie("dougong_language", "en")
    page = builder.get(ACCESS)
    assert "No grants yet" in page
    assert "Nobody may create records of this form yet" in page


# -- hostile ----------------------------------------------------------------------------------------------------------
HOSTILE = (
    "",
    "x" * 5000,
    "{",
    "\u202e<script>alert(1)</script>",
    "'; DROP TABLE person; --",
    "a" * 60,
    "..",
    "😀\n\n",
    "-1",
    "=1+",
)
PLACES = (
    f"{FORM}.checks.future", f"{FORM}.statuses.ordering", f"{FORM}.access.own", f"{FORM}.flow.steps.manager",
    f"{FORM}.flow.steps.amount.branches.big", f"{FORM}.flow", FORM,
)  # fmt: skip
NAMES = (
    "key",
    "title",
    "title.en",
    "test",
    "message",
    "at",
    "who",
    "rows",
    "can",
    "when",
    "mode",
    "number.pattern",
    "fields.total",
)


@pytest.mark.parametrize("tab", ["rules", "flow", "access"])
def test_whatever_is_typed_is_taken_or_refused_and_never_breaks(builder: Any, tab: str) -> None:
    here = f"/apps/purchase/forms/request/{tab}"
    builder.get(here)
    token = re.search(r'name="csrf_token" value="([^"]+)"', builder.get("/account"))
    assert token
    values = cycle(HOSTILE)
    for place in PLACES * 2:
        value = next(values)
        data = {f"p.{name}": value for name in NAMES} | {"csrf_token": token[1], "screen": f"{tab}:request"}
        answer = builder.client.post("/apps/purchase/op", data=data | {"op": "save", "place": place, "back": here})
        assert answer.status_code in (303, 404, 409, 422), (place, value)
        assert "<script>alert" not in answer.get_data(as_text=True)
    assert "<script>alert" not in builder.get(here)
    for odd in ("?at=", "?at=..%2f..", "?at=" + "x" * 3000, "?at[]=1"):
        builder.get(here + odd)
    builder.get(f"{here}?at=%00", status=400)
    builder.get(f"/apps/purchase/forms/nosuch/{tab}", status=404)


def test_only_builders_come_in(site: Any) -> None:
    client = site.client("zhang")
    for address in (RULES, FLOW, ACCESS, "/apps/purchase/lists", "/apps/purchase/settings", "/apps/purchase/problems"):
        assert client.get(address).status_code == 403
