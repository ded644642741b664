"""An app file on its way in: errors at their place and mended there, what it meets, the trial, the draft, the way back."""

import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import inspect, text

from dougong.apps import publish
from dougong.drafts import editing
from dougong.drafts.operations import Set
from dougong.drafts.store import compiled, find_draft, open_draft, text_of
from dougong.drafts.unfinished import open_drafts, open_keys
from dougong.records import Create, Visit, write
from dougong.spec.compile import no_others
from dougong.spec.parse import parse
from dougong_builder.importing_faults import MOST, causes, mended
from dougong_builder.importing_file import Incoming
from dougong_builder.importing_run import tables_of
from dougong_builder.new_app_shipped import counts, shipped_app


def changed(data: bytes, **more: Any) -> bytes:
    """The expense app with another title, one list less in a column, a role more and a report less."""
    value = json.loads(data)
    value["app"]["title"] = {"zh-CN": "报销", "en": "Claims"}
    value["lists"][0]["columns"].pop()
    value["roles"].append({"key": "extra", "title": "新角色"})
    value["reports"].pop()
    return json.dumps(value | more, ensure_ascii=False, indent=2).encode()


def step_of(answer: Any) -> tuple[str, str, dict[str, list[str]]]:
    """Id, step and query of where an answer leads."""
    assert answer.status_code == 303, answer.text
    parts = urlsplit(answer.location)
    found = re.fullmatch(r"/apps/import/([0-9a-f]{32})(?:/(\w+))?", parts.path)
    assert found, answer.location
    return found[1], found[2] or "", parse_qs(parts.query)


def state(house: Any) -> list[Any]:
    """Everything the database holds about apps and drafts, and the names of its tables."""
    with house.composition.database.engine.connect() as connection:
        found: list[Any] = sorted(inspect(connection).get_table_names())
        for table in ("app", "revision", "draft", "draft_operation"):
            found.append([tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))])
    return found


# -- the whole way ---------------------------------------------------------------------------------------------------------
def test_a_sound_file_becomes_a_draft_in_four_steps(house: Any, words: Any, shipped: Any) -> None:
    id, step, _ = step_of(house.upload(shipped("mdm"), "mdm.json"))
    assert step == "match"
    page = words(house.get(f"/apps/import/{id}/match"))
    assert "会建成一个新的应用" in page
    assert "3 个表单" in page
    before = state(house)
    page = words(house.get(f"/apps/import/{id}/trial?key=mdm"))
    assert "试导入成功" in page
    assert "9 个里通过 9 个" in page
    assert state(house) == before
    answer = house.post(f"/apps/import/{id}/trial", key="mdm")
    assert step_of(answer)[1] == "done"
    assert "“主数据”已导入为草稿" in words(house.get(answer.location))
    assert house.spec("mdm") == shipped_app("mdm")


def test_the_trial_counts_what_publishing_then_makes(house: Any, shipped: Any) -> None:
    spec = shipped_app("mdm")
    id = step_of(house.upload(shipped("mdm")))[0]
    page = house.get(f"/apps/import/{id}/trial").text
    house.post(f"/apps/import/{id}/trial")

    def work(tx: Any) -> int:
        return tables_of(publish(tx, compiled(tx, find_draft(tx, "mdm")), None))

    tables = house.composition.database.write(work)
    assert f"{tables} 张数据表" in page
    for _, number in counts(spec).pairs():
        assert f">{number} " in page


def test_pasted_text_is_as_good_as_a_file(house: Any, shipped: Any) -> None:
    assert step_of(house.post("/apps/import", text=shipped("mdm").decode()))[1] == "match"


# -- what is there already -------------------------------------------------------------------------------------------------
@pytest.fixture
def known(house: Any) -> Any:
    house.publish("expense")
    return house


def test_what_it_meets_is_told_object_by_object(known: Any, words: Any, shipped: Any) -> None:
    id = step_of(known.upload(changed(shipped("expense"))))[0]
    page = words(known.get(f"/apps/import/{id}/match"))
    assert "这里已有编码为“expense”的应用" in page
    assert "有变化 2" in page
    assert "新增 1" in page
    assert "文件里没有 1" in page


def test_it_comes_into_the_draft_in_steps_that_can_be_undone(known: Any, shipped: Any) -> None:
    data = changed(shipped("expense"))
    id = step_of(known.upload(data))[0]
    assert step_of(known.post(f"/apps/import/{id}/trial", into="draft"))[1] == "done"
    wanted = parse(data).app
    assert wanted is not None
    assert known.draft("expense").text == text_of(wanted)
    me = known.actor("xu").id
    steps = known.draft("expense").rev
    assert steps <= 4

    def back(tx: Any) -> str:
        for _ in range(steps):
            editing.undo(tx, "expense", me)
        return find_draft(tx, "expense").text

    assert known.composition.database.write(back) == shipped("expense").decode()


def test_what_both_sides_changed_is_said(known: Any, words: Any, shipped: Any) -> None:
    me = known.actor("xu").id

    def edit(tx: Any) -> None:
        draft = open_draft(tx, "expense", me)
        change = Set(place="lists.mine", property="title", value="别的")
        editing.operate(tx, "expense", change, me, draft.rev)

    known.composition.database.write(edit)
    id = step_of(known.upload(changed(shipped("expense"))))[0]
    page = words(known.get(f"/apps/import/{id}/match"))
    assert "两边都改过 1" in page
    assert "它有未发布的改动，以文件为准" in page


def test_beside_an_app_of_its_key_it_can_be_another_one(known: Any, words: Any, shipped: Any) -> None:
    id = step_of(known.upload(shipped("expense")))[0]
    assert 'value="expense_2"' in known.get(f"/apps/import/{id}/match").text
    clash = known.get(f"/apps/import/{id}/trial?into=new&key=expense")
    assert clash.status_code == 422
    assert "“expense”已经有应用用了" in words(clash)
    assert 'value="new" checked' in clash.text
    assert "12 个里通过 12 个" in words(known.get(f"/apps/import/{id}/trial?into=new&key=claims"))
    known.post(f"/apps/import/{id}/trial", into="new", key="claims")
    assert known.spec("claims").app.key == "claims"
    assert known.post(f"/apps/import/{id}/trial", into="new", key="claims").status_code == 422


def test_a_key_taken_between_two_steps_is_told_on_the_page(house: Any, words: Any, shipped: Any) -> None:
    first, second = (step_of(house.upload(shipped("mdm")))[0] for _ in range(2))
    house.post(f"/apps/import/{first}/trial", key="mdm")
    assert step_of(house.post(f"/apps/import/{second}/trial", key="mdm"))[1] == "done"  # now there: into its draft
    assert len(house.composition.database.read(open_drafts)) == 1


# -- what is wrong with it -------------------------------------------------------------------------------------------------
def broken(data: bytes) -> bytes:
    return data.replace(b'"type": "money"', b'"type": "moeny"', 1).replace(b'"max_length"', b'"maxlength"', 1)


def test_faults_stand_at_file_line_column_with_an_excerpt_and_a_way_out(house: Any, words: Any, shipped: Any) -> None:
    data = broken(shipped("expense"))
    id, step, _ = step_of(house.upload(data, "claims.json"))
    assert step == ""
    page = house.get(f"/apps/import/{id}").text
    spots = re.findall(r"claims\.json:(\d+):(\d+)<", page)
    assert len(spots) == 2
    lines = data.decode().split("\n")
    at = [lines[int(line) - 1][int(column) - 1 :] for line, column in spots]
    assert at[0].startswith('"maxlength"')
    assert at[1].startswith('"moeny"')
    assert "改成 money" in words(house.get(f"/apps/import/{id}"))
    for each in ("match", "trial"):
        assert house.get(f"/apps/import/{id}/{each}").status_code in (303, 422)


def test_a_line_is_mended_in_place_and_choices_stay(house: Any, shipped: Any) -> None:
    id, _, kept = step_of(house.upload(broken(shipped("expense")), into="new", key="mine"))
    assert kept == {"into": ["new"], "key": ["mine"]}
    page = house.get(f"/apps/import/{id}?into=new&key=mine").text
    inputs = dict(re.findall(r'name="(line\.\d+)" value="([^"]*)"', page))
    assert len(inputs) == 2
    mended = {
        name: value.replace("&#34;", '"').replace("maxlength", "max_length").replace("moeny", "money")
        for name, value in inputs.items()
    }
    fresh, step, kept = step_of(house.post(f"/apps/import/{id}", into="new", key="mine", **mended))
    assert (step, kept) == ("match", {"into": ["new"], "key": ["mine"]})
    assert fresh != id
    house.post(f"/apps/import/{fresh}/trial", into="new", key="mine")
    assert house.spec("mine").forms == shipped_app("expense").forms


def test_the_name_that_was_meant_is_one_press_away(house: Any, shipped: Any) -> None:
    id = step_of(house.upload(broken(shipped("expense"))))[0]
    fixes = re.findall(r'name="fix" value="([^"]+)"', house.get(f"/apps/import/{id}").text)
    assert len(fixes) == 2
    id, step, _ = step_of(house.post(f"/apps/import/{id}", fix=fixes[0]))
    assert step == ""
    fixes = re.findall(r'name="fix" value="([^"]+)"', house.get(f"/apps/import/{id}").text)
    assert step_of(house.post(f"/apps/import/{id}", fix=fixes[0]))[1] == "match"


def test_the_whole_text_can_be_mended_too(house: Any, shipped: Any) -> None:
    id = step_of(house.upload(broken(shipped("mdm"))[:-3]))[0]
    assert "<textarea" in house.get(f"/apps/import/{id}").text
    assert step_of(house.post(f"/apps/import/{id}", text=shipped("mdm").decode().replace("\n", "\r\n")))[1] == "match"


def test_a_file_with_problems_can_be_a_draft_but_is_not_published_in_the_trial(
    house: Any, words: Any, shipped: Any
) -> None:
    data = shipped("mdm").replace(b'"sort": ["code"]', b'"sort": ["cdoe"]', 1)
    data = data if data != shipped("mdm") else shipped("mdm").replace(b'"code",', b'"cdoe",', 1)
    id, step, _ = step_of(house.upload(data))
    assert step == ""
    page = words(house.get(f"/apps/import/{id}/trial"))
    assert "改好才能发布" in page or "才能发布" in page
    assert step_of(house.post(f"/apps/import/{id}/trial"))[1] == "done"
    assert "改好才能发布" in words(house.get(f"/apps/import/{id}/done?app=mdm"))


def test_two_hundred_faults_are_shown_of_many(house: Any, words: Any) -> None:
    value = {"dougong": 1, "app": {"key": "x", "title": "x"}, **{f"wrong{n}": n for n in range(300)}}
    id = step_of(house.upload(json.dumps(value, indent=1).encode()))[0]
    page = house.get(f"/apps/import/{id}")
    assert "有 300 处要改" in words(page)
    assert page.text.count('class="fault-of"') == 200
    assert "这里列出前 200 处" in words(page)


def test_two_parts_of_one_key_are_told_and_never_break_anything(known: Any, words: Any, shipped: Any) -> None:
    value = json.loads(shipped("expense"))
    value["lists"].append(value["lists"][0] | {"title": "又一个"})
    id, step, _ = step_of(known.upload(json.dumps(value).encode()))
    assert step == ""
    before = state(known)
    assert "现在不能导入" in words(known.get(f"/apps/import/{id}/trial?into=draft"))
    assert known.post(f"/apps/import/{id}/trial", into="draft").status_code == 409
    assert state(known) == before


# -- hostile files ---------------------------------------------------------------------------------------------------------
HOSTILE = {
    "nothing": b"", "blanks": b"  \n", "no JSON": b"hello", "a number": b"42", "a list": b"[1, 2]", "null": b"null",
    "cut": b'{"dougong": 1, "app"', "deep": b"[" * 100_000, "deeper": b'{"a":' * 5000, "zero bytes": b'{"a": "\x00"}',
    "binary": bytes(range(256)) * 10, "GBK": '{"标题": "采购"}'.encode("gbk"), "UTF-16": '{"dougong": 1}'.encode("utf-16"),
    "surrogates": b'{"a": "\\ud800"}', "huge number": b'{"a": ' + b"9" * 5000 + b"}", "exponent": b'{"a": 1e999999999}',
    "twice": b'{"dougong": 1, "dougong": 1}', "newer": b'{"dougong": 99}', "NaN": b'{"a": NaN}', "comments": b'{/* x */}',
    "script": b'{"<script>alert(1)</script>": 1}', "one line": b'{"a":"' + b"x" * 200_000 + b'", b}',
    "zip": b"PK\x03\x04" + b"0" * 500,
    "template": b'{"{{ 7*7 }}": "{% for %}"}', "bidi": '{"a\u202eb": 1}'.encode(), "many lines": b"\n" * 50_000 + b"}",
}  # fmt: skip


def test_hostile_files_give_words(house: Any, words: Any) -> None:
    for name, data in HOSTILE.items():
        answer = house.upload(data, "x.json")
        if answer.status_code == 422:
            assert 'class="errsum"' in answer.text, name
            continue
        id, step, _ = step_of(answer)
        assert step == "", name
        page = house.get(f"/apps/import/{id}")
        assert page.status_code == 200, name
        assert "处要改" in words(page), name
        assert "<script>alert" not in page.text
        assert "49" not in re.findall(r"7\*7|\b49\b", words(page)), name
        for method, more in (("get", "match"), ("get", "trial")):
            assert getattr(house, method)(f"/apps/import/{id}/{more}").status_code in (303, 422), name
        assert house.post(f"/apps/import/{id}/trial").status_code == 422, name
        said = {"line.1": "{", "line.x": "a", "line.999999999999": "b", "fix": ":::::"}
        assert house.post(f"/apps/import/{id}", **said).status_code in (303, 422), name


def test_a_byte_order_mark_is_passed_over(house: Any, shipped: Any) -> None:
    assert step_of(house.upload(b"\xef\xbb\xbf" + shipped("mdm")))[1] == "match"


def test_a_file_that_is_too_large_is_told_so(house: Any, words: Any) -> None:
    answer = house.large(b" " * (3 << 20))
    assert answer.status_code == 413
    assert "2 MB" in words(answer)
    assert 'name="file"' in answer.text
    whole = house.large(b" " * (50 << 20))
    assert whole.status_code == 413
    assert "<h1" in whole.text


def test_nothing_chosen_is_told(house: Any, words: Any) -> None:
    answer = house.post("/apps/import")
    assert answer.status_code == 422
    assert "选一个文件" in words(answer)


def test_a_file_is_its_owner_s(house: Any, words: Any, shipped: Any) -> None:
    id = step_of(house.upload(shipped("mdm")))[0]
    for path in (f"/apps/import/{id}", f"/apps/import/{id}/match", f"/apps/import/{id}/trial"):
        assert house.get(path, "admin").status_code == 404
        assert house.get(path, "zhang").status_code == 403
    assert house.post(f"/apps/import/{id}/trial", "admin").status_code == 404
    assert house.get("/apps/import/nothing").status_code == 404
    assert house.get("/apps/import/" + "0" * 32).status_code == 404
    assert "重新选择文件" in words(house.get("/apps/import/" + "0" * 32))
    assert house.composition.database.read(open_keys) == frozenset()


def test_trying_leaves_nothing_on_either_engine(any_house: Any, words: Any, shipped: Any) -> None:
    any_house.publish("expense")
    value = json.loads(changed(shipped("expense"), tests=[]))
    value["forms"][0]["fields"].append({"key": "more", "type": "text", "title": "新字段"})
    value["forms"].append(value["forms"][0] | {"key": "second", "title": "又一个", "flow": None})
    value["forms"][1].pop("flow")
    id = step_of(any_house.upload(json.dumps(value).encode()))[0]
    before = state(any_house)
    for query, tables in (("into=draft", 4), ("into=new&key=other", 4)):
        page = any_house.get(f"/apps/import/{id}/trial?{query}")
        assert f"{tables} 张数据表" in words(page)
    assert state(any_house) == before
    assert step_of(any_house.post(f"/apps/import/{id}/trial", into="new", key="other"))[1] == "done"


def test_what_it_does_to_data_is_told(house: Any, words: Any) -> None:
    house.post("/apps/new", title="Cars", lines="Purpose")

    def work(visit: Visit) -> str:
        publish(visit.tx, compiled(visit.tx, find_draft(visit.tx, "cars")), None)
        return find_draft(visit.tx, "cars").text

    text = house.composition.write(house.actor("xu"), "page", work)
    for told in ("short", "far too long by now"):
        house.composition.write(
            house.actor("xu"),
            "page",
            lambda v, told=told: write(v, v.forms.form("cars.cars"), [Create({"purpose": told})]),
        )
    value = json.loads(text)
    value["forms"][0]["fields"][0]["max_length"] = 10
    id = step_of(house.upload(json.dumps(value).encode()))[0]
    before = state(house)
    page = words(house.get(f"/apps/import/{id}/trial?into=draft"))
    assert "对已有数据的影响" in page
    assert "1 条记录" in page
    assert state(house) == before


def corpus() -> list[Path]:
    folder = Path(os.environ.get("DOUGONG_CORPORA") or Path(__file__).resolve().parents[4] / "shared" / "corpora")
    return sorted(path for name in ("formio", "surveyjs") for path in folder.glob(f"{name}/*.json"))


def test_forms_of_other_products_give_words_at_their_places() -> None:
    files = corpus()
    if not files:
        pytest.skip("no corpora")
    for path in files[::4]:
        file = Incoming("x", path.name, path.read_bytes())
        problems = file.problems(no_others)
        assert problems, path.name
        for language in ("zh-CN", "en"):
            told = [fault for cause in causes(problems, file.text, language) for fault in cause.faults]
            assert len(told) == min(len(problems), MOST)
            assert all(fault.text and fault.where.startswith(f"{path.name}:") for fault in told), path.name
            assert (
                mended(file.text, {fault.number: fault.mend for fault in told if fault.mend is not None}) == file.text
            )
