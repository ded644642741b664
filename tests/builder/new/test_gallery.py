"""The gallery: as it was for who only uses apps; drafts, ways to begin and editors for who builds them."""

from typing import Any

from dougong.drafts.editing import operate, undo
from dougong.drafts.operations import Delete, Set
from dougong.drafts.store import open_draft


def edited(house: Any, *operations: Any) -> None:
    me = house.actor("xu").id

    def work(tx: Any) -> None:
        draft = open_draft(tx, "expense", me)
        for each in operations:
            draft = operate(tx, "expense", each, me, draft.rev).draft

    house.composition.database.write(work)


def test_who_builds_nothing_sees_no_trace_of_it(house: Any, words: Any) -> None:
    house.publish("expense")
    edited(house, Set(place="lists.mine", property="title", value="别的"))
    page = house.get("/apps", "zhang")
    assert "费用报销" in words(page)
    for trace in ("未发布", "新建应用", "导入应用文件", "编辑", "builder.css", "/apps/new", "<h2>"):
        assert trace not in page.text


def test_an_empty_place_offers_three_starts(house: Any, words: Any) -> None:
    page = house.get("/apps")
    assert "还没有应用，从这里开始" in words(page)
    for start in ("leave", "expense", "ledger"):
        assert f'href="/apps/new?start={start}"' in page.text
        assert house.get(f"/apps/new?start={start}").status_code == 200
    assert "还没有" in words(house.get("/apps", "zhang"))


def test_drafts_say_how_much_is_not_published(house: Any, words: Any) -> None:
    house.publish("expense")
    assert "继续" not in words(house.get("/apps"))
    edited(house)  # only looked into
    assert "继续" not in words(house.get("/apps"))
    edited(house, Set(place="lists.mine", property="title", value="别的"), Delete(nodes=("reports.trips",)))
    assert "未发布 2 处改动" in words(house.get("/apps"))
    me = house.actor("xu").id
    house.composition.database.write(lambda tx: [undo(tx, "expense", me), undo(tx, "expense", me)])
    assert "未发布" not in words(house.get("/apps"))
    house.post("/apps/new", title="用车", lines="人数")
    page = house.get("/apps")
    assert "还没发布" in words(page)
    assert 'href="/apps/yongche/forms/yongche/design"' in page.text


def test_every_published_app_has_its_editor(house: Any, words: Any) -> None:
    house.publish("mdm", "expense")
    page = house.get("/apps")
    assert 'href="/apps/expense/forms/claim/design"' in page.text
    assert 'href="/apps/mdm/forms/supplier/design"' in page.text
    assert "编辑费用报销" in page.text
    assert "编辑" in words(house.get("/apps", "admin"))
