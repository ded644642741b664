"""Lists, settings, checks and where-used of an app: what the plain forms show, change and refuse."""

import json
import re
from html import unescape
from itertools import cycle
from typing import Any

import pytest

from dougong_builder.whereabouts import anchor, whereabouts

LISTS, LIST, SETTINGS = "/apps/purchase/lists", "/apps/purchase/lists/all", "/apps/purchase/settings"
PROBLEMS = "/apps/purchase/problems"


def view_of(builder: Any, key: str = "all") -> Any:
    return next(view for view in builder.spec().lists if view.key == key)


def orders(page: str) -> list[dict[str, Any]]:
    """The whole operations that the buttons of a page carry."""
    return [json.loads(unescape(each)) for each in re.findall(r'name="operation" value="([^"]*)"', page)]


# -- lists ------------------------------------------------------------------------------------------------------------
def test_a_list_is_added_for_a_form_and_opened(builder: Any) -> None:
    builder.client.set_cookie("dougong_language", "en")
    assert "All requests" in builder.get(LISTS)
    answer = builder.op("lists", op="add", parent="lists", title="Late", p__form="request", back=LISTS)
    assert answer.location.endswith("/apps/purchase/lists/late")
    page = builder.get(answer.location)
    assert "No columns yet" in page
    builder.op("lists:late", op="add", parent="lists.late.columns", name="total", back=answer.location)
    assert view_of(builder, "late").columns == ("total",)
    builder.op("lists", do="op=delete&nodes=lists.late", back=LISTS)
    assert "late" not in [view.key for view in builder.spec().lists]


def test_columns_are_added_put_in_order_and_taken_out(builder: Any) -> None:
    builder.get(LIST)
    before = view_of(builder).columns
    builder.op("lists:all", op="add", parent="lists.all.columns", name="needed_on", back=LIST)
    builder.op("lists:all", do="op=move&by=up&node=lists.all.columns.needed_on", back=LIST)
    assert view_of(builder).columns == (*before[:-1], "needed_on", before[-1])
    builder.op("lists:all", do=f"op=delete&nodes=lists.all.columns.{before[0]}", back=LIST)
    assert view_of(builder).columns == (*before[1:-1], "needed_on", before[-1])


def test_a_total_typed_before_moving_a_column_is_kept(builder: Any) -> None:
    builder.get(LIST)
    builder.op("lists:all", op="save", place="lists.all", p__totals__total="average",
               do="op=move&by=up&node=lists.all.columns.total", back=LIST)  # fmt: skip
    assert view_of(builder).totals == {"total": "average"}
    builder.op("lists:all", op="save", place="lists.all", p__totals__total="", back=LIST)
    assert view_of(builder).totals == {}


def test_a_sort_is_turned_round(builder: Any) -> None:
    turned = next(each for each in orders(builder.get(LIST)) if each.get("property") == "sort")
    before = view_of(builder).sort
    builder.op("lists:all", operation=json.dumps(turned), back=LIST)
    after = view_of(builder).sort
    assert after[0] in (f"-{before[0]}", before[0].removeprefix("-"))
    assert after[0] != before[0]


def test_filters_search_and_the_card_are_ticked(builder: Any) -> None:
    builder.get(LIST)
    builder.op(
        "lists:all",
        op="save",
        place="lists.all",
        _has=["filters", "search"],
        **{"p.filters": ["status", "total"]},
        back=LIST,
    )
    builder.op("lists:all", op="save", place="lists.all", **{
        "p.card.title": "reason", "_has": "card.lines", "p.card.lines": ["number", "total"], "p.card.badge": "",
        "p.card.amount": "total",
    }, back=LIST)  # fmt: skip
    view = view_of(builder)
    assert (view.filters, view.search) == (("status", "total"), ())
    assert (view.card.title, view.card.lines, view.card.badge, view.card.amount) == (
        "reason",
        ("number", "total"),
        "",
        "total",
    )
    gone = next(each for each in orders(builder.get(LIST)) if each.get("property") == "card")
    builder.op("lists:all", operation=json.dumps(gone), back=LIST)
    assert view_of(builder).card is None


def test_the_preview_shows_what_the_builder_may_read_and_no_more(site: Any, builder: Any) -> None:
    page = builder.get(LIST)
    body = page[page.index('id="preview-title"') : page.index('id="columns"')]
    assert "<td" not in body  # xu builds, but reads no request of others
    boss = type(builder)(site, site.client("admin"))
    seen = boss.get("/apps/mdm/lists/suppliers")
    mine = seen[seen.index('id="preview-title"') : seen.index('id="columns"')]
    read = site.client("admin").get("/a/mdm/lists/suppliers").status_code == 200
    assert ("<td" in mine) == read


def test_a_list_gets_another_key_and_its_new_address(builder: Any) -> None:
    builder.get(LIST)
    answer = builder.op("lists:all", op="save", place="lists.all", p__key="every", back=LIST)
    assert answer.location.endswith("/apps/purchase/lists/every")
    builder.get(answer.location)
    builder.get("/apps/purchase/lists/nosuch", status=404)


# -- settings ---------------------------------------------------------------------------------------------------------
def test_the_app_itself_is_changed(builder: Any) -> None:
    builder.get(SETTINGS)
    fields = {"p.title.zh-CN": "采购", "p.title.en": "Buying", "p.icon": "truck", "p.language": "en"}
    builder.op("settings", op="save", place="app", back=SETTINGS, **fields)
    head = builder.spec().app
    assert (head.title, head.icon, head.language) == ({"zh-CN": "采购", "en": "Buying"}, "truck", "en")


def test_roles_and_forms_are_added_renamed_and_put_in_order(builder: Any) -> None:
    builder.get(SETTINGS)
    builder.op("settings", op="add", parent="roles", title="Auditor", back=SETTINGS)
    builder.op("settings", do="op=move&by=up&node=roles.auditor", back=SETTINGS)
    assert [role.key for role in builder.spec().roles] == ["buyer", "committee", "auditor", "cfo"]
    answer = builder.op("settings", op="add", parent="forms", title="Return", back=SETTINGS)
    assert answer.location.endswith("/apps/purchase/forms/return/design")


def test_a_new_key_names_the_places_it_rewrites_first(builder: Any) -> None:
    builder.client.set_cookie("dougong_language", "en")
    page = builder.get(f"{SETTINGS}?rename=roles.buyer")
    assert "Change the key of role “Buyer”" in page
    assert 'href="/apps/purchase/forms/request/flow?at=buyer#flow.steps.buyer.who.role"' in page
    answer = builder.op(
        "settings", status=422, op="rename", node="roles.buyer", key="No Good", back=f"{SETTINGS}?rename=roles.buyer"
    )
    assert 'name="key" value="No Good"' in answer.get_data(as_text=True)
    answer = builder.op(
        "settings", op="rename", node="roles.buyer", key="purchaser", back=f"{SETTINGS}?rename=roles.buyer"
    )
    assert answer.location.endswith("/apps/purchase/settings#roles.purchaser")
    assert builder.spec().forms[0].flow.steps[2].who.role == "purchaser"


def test_a_deletion_says_first_what_it_breaks(builder: Any) -> None:
    builder.client.set_cookie("dougong_language", "en")
    page = builder.get(f"{SETTINGS}?delete=forms.request")
    assert "Delete form “Purchase request”" in page
    assert 'href="/apps/purchase/lists/all#form"' in page
    builder.op("settings", do="op=delete&nodes=forms.request", back=SETTINGS)
    assert builder.spec().forms == ()
    builder.get(LIST)
    assert "There is no “request”" in builder.get(PROBLEMS)
    assert 'id="asking"' not in builder.get(f"{SETTINGS}?delete=app")


def test_a_draft_is_given_up_and_taken_back(builder: Any) -> None:
    builder.get(SETTINGS)
    builder.op("settings", op="save", place="app", back=SETTINGS, **{"p.icon": "truck"})
    answer = builder.post("/apps/purchase/discard")
    assert answer.location.endswith("/apps/purchase/discarded")
    builder.get(SETTINGS)
    assert builder.spec().app.icon == "shopping-cart"
    builder.get("/apps/purchase/discarded")
    builder.post("/apps/purchase/take-up")
    assert builder.spec().app.icon == "truck"
    assert builder.post("/apps/purchase/take-up").location.endswith(
        "/discarded"
    )  # there is none left: told, not broken


# -- checks -----------------------------------------------------------------------------------------------------------
def test_a_sound_draft_has_no_problems(builder: Any) -> None:
    builder.client.set_cookie("dougong_language", "en")
    assert "No problems, ready to publish" in builder.get(PROBLEMS)


def test_every_problem_leads_to_where_it_is_mended(builder: Any) -> None:
    builder.client.set_cookie("dougong_language", "en")
    builder.get(SETTINGS)
    form = "forms.request"
    for place, name, value in (
        (form, "record_title", "nothing"), (f"{form}.checks.future", "test", "1 +"), (f"{form}.access.all", "rows", "x"),
        (f"{form}.flow.steps.amount.branches.big", "when", "total >"), (f"{form}.fields.total", "value", "SUM("),
        (f"{form}.fields.lines.price", "show_if", "nope"), ("lists.all", "rows", "nope"),
    ):  # fmt: skip
        builder.op("problems", op="set", place=place, property=name, value=value, back=PROBLEMS)
    blank = {"value.zh-CN": "", "value.en": ""}
    builder.op("problems", op="set", place=form, property="title", back=PROBLEMS, **blank)
    page = builder.get(PROBLEMS)
    links = [unescape(each) for each in re.findall(r'<a href="([^"]*)">', page) if "/apps/purchase/" in each]
    assert "/apps/purchase/forms/request/design?at=lines.price#panel" in links
    assert "/apps/purchase/forms/request/design?at=total#panel" in links
    ids = {
        "/apps/purchase/forms/request/rules#record_title", "/apps/purchase/forms/request/rules#checks.future.test",
        "/apps/purchase/forms/request/access?at=all#access.all.rows",
        "/apps/purchase/forms/request/flow?at=amount#flow.steps.amount.branches.big.when", "/apps/purchase/lists/all#rows",
        "/apps/purchase/settings?form=request#forms.request.title",
    }  # fmt: skip
    assert ids <= set(links)
    for link in ids:
        address, _, element = link.partition("#")
        assert f'id="{element}"' in builder.get(address), link


def test_reminders_tell_what_is_most_likely_not_meant(builder: Any) -> None:
    builder.client.set_cookie("dougong_language", "en")
    builder.get(SETTINGS)
    form = "forms.request"
    builder.op("problems", op="set", place=f"{form}.fields.quote", property="title", value="Total", back=PROBLEMS)
    builder.op("problems", op="set", place=f"{form}.fields.total", property="title", value="Total", back=PROBLEMS)
    builder.op("settings", op="add", parent="roles", title="Auditor", back=SETTINGS)
    builder.op(
        "flow:request", op="set", place=f"{form}.flow.steps.cfo", property="who", value="role:auditor", back=PROBLEMS
    )
    builder.op("settings", op="add", parent="forms", title="Lonely", back=SETTINGS)
    builder.op("lists", op="add", parent="lists", title="Bare", p__form="lonely", back=LISTS)
    page = builder.get(PROBLEMS)
    for said in (
        "2 fields are called “Total”", "Step “Chief financial officer” has nobody to act on it now",
        "Nobody may create “Lonely”", "Nobody may read “Lonely”", "The list has no columns",
    ):  # fmt: skip
        assert said in page
    for grant in ("own", "order", "ordered", "all"):
        builder.op(
            "access:request",
            op="save",
            place=f"{form}.access.{grant}",
            **{"p.read": ["reason", "total"]},
            back=PROBLEMS,
        )
    assert "Nobody can see the field “Supplier”" in builder.get(PROBLEMS)


def test_where_a_field_is_used_is_listed_with_ways_there(builder: Any) -> None:
    builder.client.set_cookie("dougong_language", "en")
    page = builder.get(f"{PROBLEMS}?uses=forms.request.fields.total")
    assert "Where field “Total” is used" in page
    assert 'href="/apps/purchase/lists/all#columns"' in page
    assert "There is no such thing" in builder.get(f"{PROBLEMS}?uses=forms.request.fields.nosuch")
    assert "There is no such thing" in builder.get(f"{PROBLEMS}?uses=" + "x." * 500)


@pytest.mark.parametrize(
    ("place", "address"),
    [("app.title", "/apps/a/settings#app.title"), ("roles.boss.title", "/apps/a/settings#roles.boss.title"),
     ("forms.f.title", "/apps/a/settings?form=f#forms.f.title"),
     ("forms.f.number.pattern", "/apps/a/forms/f/rules#number.pattern"),
     ("forms.f.access.own.read[2]", "/apps/a/forms/f/access?at=own#access.own.read"),
     ("forms.f.flow.steps", "/apps/a/forms/f/flow#flow.steps"), ("lists.l.columns[3]", "/apps/a/lists/l#columns"),
     ("forms.f.fields.c.options.x.title", "/apps/a/forms/f/design?at=c#panel"), ("metrics.m.value", ""),
     ("", "/apps/a/settings"), ("forms", "/apps/a/settings#forms"), ("lists", "/apps/a/settings#lists")],
)  # fmt: skip
def test_whereabouts(place: str, address: str) -> None:
    assert whereabouts("a", place) == address
    assert "[" not in anchor(place)


HOSTILE = (
    "",
    "x" * 4000,
    "{",
    "\u202e<script>alert(1)</script>",
    "'; DROP TABLE person; --",
    "..",
    "😀\n\n",
    "-1",
    "[1",
)
NAMES = (
    "key",
    "title",
    "title.en",
    "rows",
    "columns",
    "sort",
    "filters",
    "totals.total",
    "card.title",
    "card.lines",
    "icon",
    "help",
)


def test_whatever_is_typed_is_taken_or_refused_and_never_breaks(builder: Any) -> None:
    token = re.search(r'name="csrf_token" value="([^"]+)"', builder.get(SETTINGS))
    assert token
    values = cycle(HOSTILE)
    for screen, place in [
        ("settings", "app"),
        ("settings", "roles.cfo"),
        ("settings", "forms.request"),
        ("lists:all", "lists.all"),
    ] * 3:
        value = next(values)
        data = {f"p.{name}": value for name in NAMES} | {
            "csrf_token": token[1],
            "screen": screen,
            "op": "save",
            "place": place,
        }
        answer = builder.client.post("/apps/purchase/op", data=data | {"back": "/apps/purchase/settings"})
        assert answer.status_code in (303, 404, 409, 422), (place, value)
        assert "<script>alert" not in answer.get_data(as_text=True)
    for page in (LISTS, SETTINGS, PROBLEMS):
        assert "<script>alert" not in builder.get(page)
    for odd in ("?rename=", "?delete=forms", "?rename=forms.nosuch", "?delete=" + "y" * 3000, "?form=zz"):
        builder.get(SETTINGS + odd)
