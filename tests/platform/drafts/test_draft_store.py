"""Drafts kept: steps that can be undone after a restart, merged, gone back to; drafts given up and taken up."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from dougong import clock, words
from dougong.db import Database
from dougong.drafts import history, log, store
from dougong.drafts.operations import Add, BulkAdd, Convert, Delete, Move, Rename, Set, as_text
from dougong.errors import Conflict, NotFound, Refused
from dougong.spec.dump import dump
from dougong.spec.model import App

FIELDS = "forms.request.fields"
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


def title(text: str, field: str = "reason") -> Set:
    return Set(place=f"{FIELDS}.{field}", property="title", value=text)


def length(most: int) -> Set:
    return Set(place=f"{FIELDS}.reason", property="max_length", value=most)


def test_two_hundred_steps_undone_and_redone_after_a_restart(
    drafts: Any, purchase: App, hand: Callable[..., Any]
) -> None:
    key = drafts.new(purchase, "first")
    start, someone, steps = drafts.find(key).text, hand(7), []
    while len(steps) < 200:
        try:
            done = drafts.do(key, someone.operation(drafts.find(key).spec))
        except (Refused, Conflict):
            continue
        if done.entries and done.entries[-1].seq == done.entries[-1].step:
            steps.append(done.draft.text)
        elif done.entries:
            steps[-1] = done.draft.text  # typed on in the same property
    drafts.database.engine.dispose()  # every connection anew
    drafts.database = Database(drafts.database.engine)
    for expected in [*reversed(steps[:-1]), start]:
        assert drafts.undo(key).draft.text == expected
    with pytest.raises(Conflict, match=r"drafts\.nothing_to_undo"):
        drafts.undo(key)
    for expected in steps:
        assert drafts.redo(key).draft.text == expected
    assert drafts.find(key).rev == len(drafts.database.read(lambda tx: log.rows(tx, drafts.find(key).id)))


def test_the_text_of_a_draft_is_canonical_and_its_problems_are_told(drafts: Any, purchase: App) -> None:
    key = drafts.new(purchase, "problems")
    drafts.do(key, Set(place=f"{FIELDS}.needed_on", property="show_if", value="nothing > 1"))
    draft = drafts.find(key)
    assert draft.text == dump(draft.spec)
    problems = drafts.database.read(lambda tx: store.compiled(tx, store.find_draft(tx, key))).problems
    at = [problem for problem in problems if problem.at == f"{FIELDS}.needed_on.show_if"]
    assert at
    assert at[0].line is not None


def test_typing_on_within_two_seconds_is_one_step(drafts: Any, purchase: App) -> None:
    key = drafts.new(purchase, "typing")
    for after, text in ((0, "a"), (1.5, "ab"), (3.2, "abc"), (5.3, "abcd")):
        with clock.held(NOW + timedelta(seconds=after)):
            drafts.do(key, title(text))
    assert [row.step for row in drafts.stack(key).undo] == [4, 1]
    assert drafts.undo(key).draft.spec.forms[0].fields[0].fields[0].title == "abc"
    assert drafts.undo(key).draft.spec.forms[0].fields[0].fields[0].title == {"zh-CN": "采购原因", "en": "Reason"}
    assert drafts.redo(key).draft.spec.forms[0].fields[0].fields[0].title == "abc"


def test_another_property_another_person_or_an_undo_ends_the_step(drafts: Any, purchase: App) -> None:
    key = drafts.new(purchase, "ends")
    with clock.held(NOW):
        drafts.do(key, title("a"))
        drafts.do(key, length(10))
        drafts.do(key, title("b"))
        drafts.do(key, title("c"), person=2)
        drafts.do(key, title("d"))
        drafts.undo(key)
        drafts.do(key, title("e"))
    assert [row.step for row in drafts.stack(key).undo] == [7, 3, 2, 1]
    assert [row.step for row in drafts.stack(key, 2).undo] == [4]


def test_a_new_operation_clears_only_ones_own_redo(drafts: Any, purchase: App) -> None:
    key = drafts.new(purchase, "redo")
    drafts.do(key, title("a"))
    drafts.do(key, title("b", "category"), person=2)
    drafts.undo(key)
    drafts.undo(key, person=2)
    drafts.do(key, length(10), person=2)
    assert [row.step for row in drafts.stack(key).redo] == [1]
    with pytest.raises(Conflict, match=r"drafts\.nothing_to_redo"):
        drafts.redo(key, person=2)
    rows = drafts.database.read(lambda tx: log.rows(tx, store.find_draft(tx, key).id))
    assert history.states(rows) == {1: "undone", 2: "dropped", 5: "done"}


def test_going_back_to_a_step_leaves_others_alone_and_can_itself_be_undone(drafts: Any, purchase: App) -> None:
    key = drafts.new(purchase, "goto")
    texts = [drafts.find(key).text]
    for count in range(1, 7):
        texts.append(drafts.do(key, Add(parent=FIELDS, type="text", title=f"F{count}")).draft.text)
    drafts.do(key, length(10), person=2)
    theirs = drafts.find(key).text.replace('"max_length": 10', "")
    assert drafts.goto(key, 3).draft.spec.forms[0].fields[-1].key == "f3"
    assert drafts.find(key).spec.forms[0].fields[0].fields[0].max_length == 10
    assert drafts.goto(key, 5).draft.spec.forms[0].fields[-1].key == "f5"
    assert drafts.goto(key, 6).draft.text.replace('"max_length": 10', "") == theirs
    assert not drafts.goto(key, 6).entries
    drafts.goto(key, 0)
    assert drafts.undo(key, person=2).draft.text == texts[0]


def test_a_change_of_the_same_property_meanwhile_is_a_conflict_that_says_whose(drafts: Any, purchase: App) -> None:
    key = drafts.new(purchase, "clash")
    seen = drafts.find(key).rev
    drafts.do(key, title("theirs"), person=2)
    drafts.do(key, length(10), base=seen)  # another property: both stand
    with pytest.raises(Conflict) as caught:
        drafts.do(key, title("mine"), base=seen)
    said = {name: caught.value.params[name] for name in ("at", "mine", "theirs", "person", "step")}
    assert said == {"at": f"{FIELDS}.reason.title", "mine": "mine", "theirs": "theirs", "person": 2, "step": 1}
    assert caught.value.code == "drafts.changed"
    drafts.do(key, title("theirs"), base=seen)  # both want the same
    drafts.do(key, title("mine"), base=drafts.find(key).rev)  # "use mine"
    assert drafts.find(key).spec.forms[0].fields[0].fields[0].title == "mine"


@pytest.mark.parametrize(
    ("theirs", "mine", "code"),
    [
        (Delete(nodes=(f"{FIELDS}.basic",)), title("x"), "drafts.gone"),
        (title("x"), Delete(nodes=(f"{FIELDS}.basic",)), "drafts.changed"),
        (length(9), Convert(node=f"{FIELDS}.reason", type="paragraph"), "drafts.changed"),
        (Convert(node=f"{FIELDS}.reason", type="paragraph"), length(9), "drafts.changed"),
        (Move(node=f"{FIELDS}.quote", parent=FIELDS), Move(node=f"{FIELDS}.quote", parent=f"{FIELDS}.basic"), "drafts.changed"),
        (Rename(node=f"{FIELDS}.quote", key="offer"), Rename(node=f"{FIELDS}.quote", key="paper"), "drafts.changed"),
        (Add(parent=f"{FIELDS}.basic", type="text", title="New"), Delete(nodes=(f"{FIELDS}.basic",)), "drafts.changed"),
        (Set(place="lists.open", property="card.title"), Set(place="lists.open", property="card"), "drafts.changed"),
        (
            Rename(node=f"{FIELDS}.total", key="sum_due"),
            Set(place="forms.request.flow.steps.amount.branches.big", property="when", value="total > 1"), "drafts.changed",
        ),
    ],
)  # fmt: skip
def test_what_cannot_both_stand_is_a_conflict(drafts: Any, purchase: App, theirs: Any, mine: Any, code: str) -> None:
    key = drafts.new(purchase, "both")
    drafts.do(key, theirs, person=2)
    text = drafts.find(key).text
    with pytest.raises(Conflict) as caught:
        drafts.do(key, mine, base=0)
    assert (caught.value.code, caught.value.params["person"]) == (code, 2)
    assert drafts.find(key).text == text


def test_what_another_person_took_back_is_no_conflict(drafts: Any, purchase: App) -> None:
    key = drafts.new(purchase, "taken_back")
    drafts.do(key, title("theirs"), person=2)
    drafts.undo(key, person=2)
    assert drafts.do(key, title("mine"), base=0).entries


def test_an_operation_follows_what_another_person_renamed_or_moved(drafts: Any, purchase: App) -> None:
    key = drafts.new(purchase, "follow")
    drafts.do(key, Rename(node=f"{FIELDS}.reason", key="why"), person=2)
    drafts.do(key, Move(node=f"{FIELDS}.supplier", parent=f"{FIELDS}.lines"), person=2)
    drafts.do(key, length(10), base=0)
    done = drafts.do(key, Add(parent=f"{FIELDS}.basic", after="reason", type="text", title="Next"), base=0)
    drafts.do(key, title("From", "supplier"), base=0)
    basic = done.draft.spec.forms[0].fields[0]
    assert [each.key for each in basic.fields[:2]] == ["why", "next"]
    assert basic.fields[0].max_length == 10
    assert drafts.find(key).spec.forms[0].fields[1].fields[0].fields[-1].title == "From"


def test_undo_of_what_another_person_changed_is_a_conflict_and_loses_nothing(drafts: Any, purchase: App) -> None:
    key = drafts.new(purchase, "undo_clash")
    drafts.do(key, length(10))
    drafts.do(key, length(20))
    drafts.do(key, Set(place=f"{FIELDS}.reason", property="max_length", value=30), person=2)
    text = drafts.find(key).text
    with pytest.raises(Conflict) as caught:
        drafts.undo(key)
    assert {name: caught.value.params[name] for name in ("at", "person", "undoes", "theirs")} == {
        "at": f"{FIELDS}.reason", "person": 2, "undoes": caught.value.params["undoes"], "theirs": 30,
    }  # fmt: skip
    assert drafts.find(key).text == text
    drafts.pass_over(key, caught.value.params["undoes"])
    assert caught.value.params["undoes"] not in [row.step for row in drafts.stack(key).undo]
    assert drafts.find(key).text == text


def test_undo_can_be_forced(drafts: Any, purchase: App) -> None:
    key = drafts.new(purchase, "force")
    start = drafts.find(key).text
    drafts.do(key, length(10))
    drafts.do(key, length(30), person=2)
    assert drafts.undo(key, force=True).draft.text == start


def test_a_request_sent_twice_changes_once(drafts: Any, purchase: App) -> None:
    key = drafts.new(purchase, "twice")
    first = drafts.do(key, Add(parent=FIELDS, type="text", title="New"), base=0, token="t1")
    again = drafts.do(key, Add(parent=FIELDS, type="text", title="New"), base=0, token="t1")
    assert (again.draft.text, again.entries[0].seq) == (first.draft.text, first.entries[0].seq)
    assert drafts.undo(key, token="t2").draft.text == drafts.undo(key, token="t2").draft.text


def test_setting_what_stands_already_is_no_step(drafts: Any, purchase: App) -> None:
    key = drafts.new(purchase, "nothing")
    assert not drafts.do(key, Set(place=f"{FIELDS}.reason", property="required", value=True)).entries
    assert drafts.find(key).rev == 0


def test_a_rev_that_never_was_is_refused(drafts: Any, purchase: App) -> None:
    key = drafts.new(purchase, "rev")
    for base in (-1, 5):
        with pytest.raises(Conflict, match=r"drafts\.unknown_rev"):
            drafts.do(key, title("x"), base=base)


def test_two_at_once_both_get_in(drafts: Any, purchase: App) -> None:
    key, wrong = drafts.new(purchase, "at_once"), []

    def work(person: int) -> None:
        try:
            for count in range(6):
                drafts.do(key, Add(parent=FIELDS, type="text", title=f"P{person} {count}"), person=person, base=0)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(person,)) for person in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    keys = {each.key for each in drafts.find(key).spec.forms[0].fields}
    assert {f"p{person}_{count}" for person in (1, 2) for count in range(6)} <= keys
    assert drafts.find(key).rev == 12


def test_a_discarded_draft_is_taken_up_again_for_thirty_days(drafts: Any, purchase: App) -> None:
    key = drafts.new(purchase, "given_up")
    with clock.held(NOW):
        text = drafts.do(key, title("a")).draft.text
        drafts.database.write(lambda tx: store.discard(tx, key, 1))
    with pytest.raises(NotFound, match=r"drafts\.none"):
        drafts.find(key)
    with clock.held(NOW + timedelta(days=29)):
        assert drafts.database.write(store.sweep) == 0
        assert drafts.database.write(lambda tx: store.take_up(tx, key, 1)).text == text
    assert drafts.undo(key).draft.text != text
    with clock.held(NOW):
        drafts.database.write(lambda tx: store.discard(tx, key, 1))
    with clock.held(NOW + timedelta(days=31)):
        with pytest.raises(NotFound, match=r"drafts\.none_discarded"):
            drafts.database.write(lambda tx: store.take_up(tx, key, 1))
        assert drafts.database.write(store.sweep) == 1
    with drafts.database.engine.connect() as conn:
        assert conn.exec_driver_sql("SELECT COUNT(*) FROM draft_operation").scalar() == 0


def test_a_newer_draft_with_changes_is_not_pushed_aside(drafts: Any, purchase: App) -> None:
    key = drafts.new(purchase, "newer")
    text = drafts.do(key, title("old")).draft.text
    drafts.database.write(lambda tx: store.discard(tx, key, 1))
    drafts.new(purchase, "newer")
    assert drafts.database.write(lambda tx: store.take_up(tx, key, 1)).text == text  # the new one had no changes
    drafts.database.write(lambda tx: store.discard(tx, key, 1))
    drafts.new(purchase, "newer")
    drafts.do(key, length(3))
    with pytest.raises(Conflict, match=r"drafts\.open_already"):
        drafts.database.write(lambda tx: store.take_up(tx, key, 1))
    with pytest.raises(Conflict, match=r"drafts\.app_exists"):
        drafts.new(purchase, "newer")


@pytest.mark.parametrize(
    ("operation", "zh", "en"),
    [
        (Delete(nodes=(f"{FIELDS}.reason",)), "撤销：删除字段“采购原因”", "Undo: delete field “Reason”"),
        (title("x"), "撤销：修改字段“采购原因”的“标题”", "Undo: change “Title” of field “Reason”"),
        (Add(parent=FIELDS, type="section", title="更多"), "撤销：添加分组“更多”", "Undo: add section “更多”"),
        (BulkAdd(parent=FIELDS, lines=("手机", "邮箱")), "撤销：批量添加 2 项", "Undo: add 2 items"),
        (Convert(node=f"{FIELDS}.reason", type="paragraph"), "转为“多行文本”", "into “"),
        (Move(node="forms.request.flow.steps.buyer", parent="forms.request.flow.steps", after=""), "移动步骤“", "move step “"),
        (Rename(node="roles.buyer", key="purchaser"), "编码改为“purchaser”", "to “purchaser”"),
        (Delete(nodes=("lists.open.columns.total",)), "“total”", "“total”"),
    ],
)  # fmt: skip
def test_steps_have_names_in_both_languages(drafts: Any, purchase: App, operation: Any, zh: str, en: str) -> None:
    key = drafts.new(purchase, "named")
    drafts.do(key, operation)
    row = drafts.stack(key).undo[0]
    label = drafts.database.read(lambda tx: log.labels(tx, store.find_draft(tx, key).id, [row.seq]))[row.seq]
    for language, expected in (("zh-CN", zh), ("en", en)):
        assert expected in words.say("drafts.undo", language, step=words.sentence(label, language))


def test_the_log_keeps_what_was_done_as_it_was_sent(drafts: Any, purchase: App) -> None:
    key = drafts.new(purchase, "log")
    place = f"tests.{purchase.tests[0].key}"
    done = drafts.do(key, Set(place=place, property="values.total", value=msgspec.json.decode(b"12.5")))
    stored = drafts.database.read(lambda tx: log.since(tx, done.draft.id, 0))
    assert as_text(stored[0].operation) == as_text(done.entries[0].operation)
    assert json.loads(as_text(stored[0].operation))["value"] == 12.5
