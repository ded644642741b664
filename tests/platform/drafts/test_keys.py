"""Keys derived from titles: well-formed whatever the title, and each one new."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.drafts import keys
from dougong.drafts.apply import apply
from dougong.drafts.operations import Add
from dougong.spec.model import SYSTEM_FIELDS, App

KEY = re.compile(r"^[a-z][a-z0-9_]{0,47}\Z")
LETTERS = st.characters(min_codepoint=1, max_codepoint=0x30000, exclude_categories=["Cs"])
TITLES = st.one_of(st.text(LETTERS, max_size=80), st.text("采购原因申请日期0123456789 ab_-", max_size=80))


@given(st.lists(TITLES, max_size=12), st.sets(st.sampled_from(("text", "caigou", "a", "a_2", "text_2"))))
def test_keys_are_well_formed_and_new(titles: list[str], taken: set[str]) -> None:
    used = set(taken)
    for title in titles:
        key = keys.derived(title, used, "text")
        assert KEY.match(key), (title, key)
        assert key not in used
        used.add(key)


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("采购原因", "caigouyuanyin"), ({"zh-CN": "原因", "en": "Reason"}, "reason"), ({"zh-CN": "原因"}, "yuanyin"),
        ("Unit price (CNY)", "unit_price_cny"), ("2026 预算", "text_2026_yusuan"), ("", "text"), ("！！", "text"),
        ("女士", "nvshi"), ("Größe", "grosse"), ("ＡＢＣ", "abc"), ("采" * 40, ("cai" * 40)[:48]),
    ],
)  # fmt: skip
def test_what_a_title_becomes(title: str | dict[str, str], key: str) -> None:
    assert keys.derived(title, (), "text") == key


def test_a_key_that_is_long_keeps_its_length_when_made_new() -> None:
    first = keys.derived("a" * 60, (), "text")
    second = keys.derived("a" * 60, {first}, "text")
    assert (len(first), second) == (48, "a" * 46 + "_2")


@pytest.mark.parametrize("title", [*SYSTEM_FIELDS, "True", "FALSE"])
def test_a_field_never_takes_a_name_of_the_system(purchase: App, title: str) -> None:
    applied = apply(purchase, Add(parent="forms.request.fields", type="text", title=title))
    assert applied.operation.planted[0].content["key"] == f"{title.lower()}_2"  # type: ignore[union-attr]


@pytest.mark.parametrize(("parent", "title"), [("forms", "Reports"), ("forms.request.statuses", "Running")])
def test_reserved_keys_of_forms_and_statuses_are_left_alone(purchase: App, parent: str, title: str) -> None:
    applied = apply(purchase, Add(parent=parent, title=title))
    assert applied.operation.planted[0].content["key"] == f"{title.lower()}_2"  # type: ignore[union-attr]


def test_fields_of_all_sections_share_their_keys_and_columns_do_not(purchase: App) -> None:
    for parent, key in (("forms.request.fields", "reason_2"), ("forms.request.fields.lines", "reason")):
        applied = apply(purchase, Add(parent=parent, type="text", title="Reason"))
        assert applied.operation.planted[0].content["key"] == key  # type: ignore[union-attr]
