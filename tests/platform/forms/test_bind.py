"""Binding: what a page posts comes out as raw values, nothing judged, nothing lost, nothing added."""

import time

import pytest
from werkzeug.datastructures import MultiDict

from dougong.forms import apply_row_operation, bind, form_class, posted_digests, starting_rows, without_blank_rows


def posted(*pairs):
    return MultiDict(list(pairs))


OPTIONS = [{"key": "office"}, {"key": "asset"}]


@pytest.fixture(scope="module")
def form(kit):
    node = kit.node
    return kit.compiled_form(
        node("section", "basic", fields=[
        {"type": "text", "key": "reason"}, {"type": "choice", "key": "kind", "options": OPTIONS},
        {"type": "choices", "key": "kinds", "options": OPTIONS}, {"type": "yesno", "key": "urgent"},
    ]),
        node("reference", "supplier", to="mdm.supplier"),
        node("file", "quote"),
        node("money", "total", value="SUM(lines.price)"),
        node("subtable", "lines", min_rows=2, fields=[
        {"type": "text", "key": "item"}, {"type": "yesno", "key": "ok"}, {"type": "person", "key": "who"},
        {"type": "file", "key": "photo"}, {"type": "money", "key": "sum", "value": "1"},
    ]),
        node("text", "data"), node("text", "errors"), node("text", "validate"), node("text", "lines2"),
)  # fmt: skip


def test_nothing_posted_is_nothing(form):
    assert bind(form, None) == bind(form, posted()) == {}
    assert bind(form, posted(("csrf_token", "x"), ("_seen", "a:b"), ("unknown", "x"), ("section", "x"))) == {}


def test_texts_come_as_they_were_typed(form):
    raw = " <b>'; --\r\n\u3000"
    assert bind(form, posted(("reason", raw))) == {"reason": raw}
    assert bind(form, posted(("reason", ""))) == {"reason": ""}


def test_keys_may_be_names_that_wtforms_has_itself(form):
    assert bind(form, posted(("data", "1"), ("errors", "2"), ("validate", "3"))) == {
        "data": "1",
        "errors": "2",
        "validate": "3",
    }


def test_computed_fields_are_not_read(form):
    assert bind(form, posted(("total", "1000000"), ("lines-0-sum", "5"), ("lines-0-item", "x"))) == {
        "lines": [{"item": "x"}]
    }


@pytest.mark.parametrize(
    ("pairs", "wanted"),
    [
        ([("urgent", "false")], {"urgent": "false"}),
        ([("urgent", "false"), ("urgent", "true")], {"urgent": "true"}),
        ([("kind", "")], {"kind": ""}),
        ([("kind", ""), ("kind", "asset")], {"kind": "asset"}),
        ([("kinds", "")], {"kinds": []}),
        ([("kinds", ""), ("kinds", "asset"), ("kinds", "office")], {"kinds": ["asset", "office"]}),
        ([("quote", ""), ("quote", "f1"), ("quote", "f2")], {"quote": ["f1", "f2"]}),
        ([("quote", "")], {"quote": []}),
    ],
)
def test_boxes_and_radios(pairs, wanted, form):
    assert bind(form, posted(*pairs)) == wanted


@pytest.mark.parametrize(
    ("id", "text", "was", "wanted"),
    [
        ("12", "华东", "华东", "12"),  # left alone
        ("12", "华南", "华东", "华南"),  # typed over
        ("12", "", "华东", ""),  # cleared
        ("12", "  ", "华东", ""),
        ("", "华东", "", "华东"),  # typed, nothing picked
        ("", "", "", ""),
        ("12", "华东 ", "华东", "12"),
        ("12", "华东", None, "华东"),  # what the id stood for is not known: the text counts
        ("12", None, None, "12"),  # kept, read-only
    ],
)
def test_pickers_work_without_script(id, text, was, wanted, form):
    parts = (("supplier", id), ("supplier.text", text), ("supplier.was", was))
    assert bind(form, posted(*(pair for pair in parts if pair[1] is not None))) == {"supplier": wanted}


def test_rows_come_in_posted_order_and_keep_their_names(form):
    raw = bind(
        form,
        posted(("lines", ""), ("lines-7-item", "b"), ("lines-7-id", "70"), ("lines-2-item", "a"), ("lines-2-id", "")),
    )
    assert raw == {"lines": [{"id": "70", "item": "b"}, {"item": "a"}]}
    assert raw.places == {"lines": [7, 2]}


def test_rows_follow_the_order_the_person_gave_them(form):
    raw = bind(
        form,
        posted(
            *[(f"lines-{i}-{part}", value) for i, at in enumerate("201") for part, value in (("item", at), ("at", at))]
        ),
    )
    assert [row["item"] for row in raw["lines"]] == ["0", "1", "2"]
    assert raw.places == {"lines": [1, 2, 0]}


def test_no_rows_left_is_an_empty_list_and_not_drawn_is_absent(form):
    assert bind(form, posted(("lines", ""))) == {"lines": []}
    assert "lines" not in bind(form, posted(("reason", "x")))
    assert bind(form, posted(("lines2", "x"), ("lines2-0-item", "y"))) == {"lines2": "x"}


@pytest.mark.parametrize("index", ["²", "٣", "-1", "1e3", "", "9" * 40, "x", "0x1", "00", " 1"])
def test_strange_indices_are_no_rows(index, form):
    assert bind(form, posted((f"lines-{index}-item", "x"))) == {}


def test_rows_hold_every_kind_of_input(form):
    pairs = [
        ("ok", "false"),
        ("ok", "true"),
        ("who", "1"),
        ("who.text", "张敏"),
        ("who.was", "张敏"),
        ("photo", ""),
        ("photo", "f1"),
    ]
    raw = bind(form, posted(*((f"lines-0-{name}", value) for name, value in pairs)))
    assert raw == {"lines": [{"ok": "true", "who": "1", "photo": ["f1"]}]}


def test_uploads_of_this_request_are_added(form):
    raw = bind(form, posted(("quote", "f1"), ("lines-3-photo", "")), {"quote": ["f2"], "lines-3-photo": ["f3"]})
    assert raw == {"quote": ["f1", "f2"], "lines": [{"photo": ["f3"]}]}
    assert bind(form, posted(), {"quote": ["f2"]}) == {"quote": ["f2"]}


def test_class_is_made_once(form, kit):
    assert form_class(form) is form_class(form)
    assert form_class(form) is not form_class(kit.compiled_form(kit.node("text", "reason")))


def test_sixty_fields_bind_in_a_few_milliseconds(kit):
    big = kit.compiled_form(*(kit.node("text", f"t{i}") for i in range(60)))
    data = posted(*((f"t{i}", "x") for i in range(60)))
    bind(big, data)
    started = time.perf_counter()
    for _ in range(20):
        assert len(bind(big, data)) == 60
    assert (time.perf_counter() - started) / 20 < 0.02


# -- rows ---------------------------------------------------------------------------------------------------------------
def rows_of(form, *items):
    return bind(
        form, posted(("lines", ""), *((f"lines-{i}-{key}", value) for i, item in items for key, value in item.items()))
    )


def test_add_copy_and_remove(form):
    raw = rows_of(form, (0, {"id": "5", "item": "a"}), (4, {"id": "6", "item": "b"}))
    added = apply_row_operation(raw, "add:lines")
    assert added["lines"][-1] == {}
    assert added.places == {"lines": [0, 4, 5]}
    copied = apply_row_operation(raw, "copy:lines:0")
    assert copied["lines"] == [{"id": "5", "item": "a"}, {"item": "a"}, {"id": "6", "item": "b"}]
    assert copied.places == {"lines": [0, 5, 4]}
    removed = apply_row_operation(raw, "remove:lines:4")
    assert (removed["lines"], removed.places) == ([{"id": "5", "item": "a"}], {"lines": [0]})
    assert raw.places == {"lines": [0, 4]}
    assert len(raw["lines"]) == 2
    assert apply_row_operation(rows_of(form), "add:lines") == {"lines": [{}]}


@pytest.mark.parametrize("operation", ["", "add", "add:", "add:nothing", "remove:lines", "remove:lines:9", "copy:lines:x",
                                       "remove:lines:²",
                                       "drop:lines:0", "remove:lines:" + "9" * 5000, "add:reason"])  # fmt: skip
def test_operations_that_mean_nothing_change_nothing(operation, form):
    raw = rows_of(form, (0, {"item": "a"}))
    result = apply_row_operation(raw, operation)
    assert (result, result.places) == (raw, raw.places)


def test_blank_new_rows_go_on_submit(form):
    raw = rows_of(
        form,
        (0, {"item": "", "ok": "false", "photo": ""}),
        (1, {"item": "x"}),
        (2, {"id": "9", "item": ""}),
        (3, {"ok": "true"}),
    )
    kept = without_blank_rows(form, raw)
    assert kept["lines"] == [{"item": "x"}, {"id": "9", "item": ""}, {"ok": "true"}]
    assert kept.places == {"lines": [1, 2, 3]}
    assert len(raw["lines"]) == 4


def test_a_new_record_starts_with_the_rows_it_needs(form):
    assert starting_rows(form) == {"lines": [{}, {}]}
    assert starting_rows(form).places == {"lines": [0, 1]}


def test_what_the_page_shows_is_posted():
    assert posted_digests(posted(("_seen", "lines-0-item:ab12"), ("_seen", "x"))) == {"lines-0-item": "ab12", "": "x"}
