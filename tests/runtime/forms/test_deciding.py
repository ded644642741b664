"""Reading a record and deciding on it: exactly what is allowed is offered, and every no says who and why."""

import re
from typing import Any


def deed(kind: str) -> tuple[str, str]:
    return ("action", kind)


def test_the_page_tells_the_way_so_far_and_ahead(site: Any, request_made: Any) -> None:
    page = site.open("li", request_made())
    assert page.status == 200
    assert [page.offers("action")[-3:]] == [["return", "reject", "approve"]]
    states = re.findall(r'<ol class="steps">(.*?)</ol>', page.html, re.S)[0]
    assert re.findall(r'<li class="(\w+)', states) == ["done", "now", "next"]
    assert "张敏 提交" in page.words
    assert "你 审批中 · 直属上级" in page.words
    assert "黄蕾 待处理 · 采购下单 · 2 人，一人处理即可" in page.words
    assert "待你处理" in page.words


def test_the_submitter_may_withdraw_and_comment_only(site: Any, request_made: Any) -> None:
    page = site.open("zhang", request_made())
    assert sorted(page.offers("action")) == ["comment", "withdraw"]
    done = page.send(deed("withdraw"))
    assert done.said() == ["已撤回。审批已结束"]
    assert "withdraw" not in done.offers("action")
    assert 'class="seal quiet' in done.html


def test_approving_goes_on_to_the_next(site: Any, request_made: Any) -> None:
    path = request_made()
    page = site.open("li", path).send(deed("approve"), comment="按月结")
    assert page.said()[0].startswith("已同意。下一步：陈静")
    assert "按月结" in page.words
    assert page.offers("action") == ["comment"]
    assert "下单中" in page.words


def test_rejecting_needs_words_and_keeps_what_was_said(site: Any, request_made: Any) -> None:
    path = request_made()
    refused = site.open("li", path).send(deed("reject"), comment="  ")
    assert refused.status == 422
    assert refused.errors() == ["填写意见"]
    assert 'href="#comment"' in refused.html
    assert "<title>错误：" in refused.html
    long = site.open("li", path).send(deed("reject"), comment="长" * 2001)
    assert long.status == 422
    assert long.value("comment") == "长" * 2001
    done = refused.send(deed("reject"), comment="预算已用完")
    assert done.said() == ["已拒绝。审批已结束"]
    assert re.search(r'class="seal">\s*已拒绝', done.html)
    assert "预算已用完" in site.open("zhang", path).words


def test_who_is_too_late_is_told_who_decided(site: Any, request_made: Any) -> None:
    path = request_made()
    first = site.open("li", path).send(deed("approve"))
    chen, huang = site.open("chen", path), site.open("huang", path)
    chen.send(deed("done"))
    late = huang.send(deed("done"), comment="我来下单")
    assert first.status == 200
    assert late.status == 409
    assert re.search(r"陈静已于 \d{4}-\d\d-\d\d \d\d:\d\d 办理，不用再处理", late.words)
    assert late.value("comment") == "我来下单"
    assert "done" not in late.offers("action")


def test_a_step_fills_in_its_fields_in_the_same_deed(site: Any, request_made: Any) -> None:
    path = request_made()
    site.open("li", path).send(deed("approve"))
    page = site.open("chen", path)
    names = {name for name, _ in page.controls("decide").found}
    assert "supplier.text" in names
    assert "reason" not in names
    wrong = page.send(deed("done"), supplier_dot_text="没有这家")
    assert wrong.status == 422
    assert wrong.errors() == ["供应商：没有找到“没有这家”"]
    assert wrong.value("supplier.text") == "没有这家"
    done = wrong.send(deed("done"), supplier_dot_text="GYS-0013")
    assert done.said() == ["已办理完成。审批已通过"]
    assert "北京云栈信息技术有限公司" in done.words
    assert re.search(r'class="seal">\s*已通过', done.html)


def test_a_required_field_of_a_step_is_asked_for(site: Any) -> None:
    claim = site.open("zhang", "/a/expense/claim/new").send(
        ("_submit", "1"), purpose="打车", lines__0__spent_on="2026-01-05", lines__0__category="transport",
        lines__0__description="打车", lines__0__amount="35",
    )  # fmt: skip
    assert claim.status == 200, claim.errors()
    site.open("li", claim.path).send(deed("approve"))
    login = _holder(site, claim.path, "accountant")
    site.open(login, claim.path).send(deed("approve"))
    cashier = _holder(site, claim.path, "cashier")
    page = site.open(cashier, claim.path)
    refused = page.send(deed("done"), comment="已付")
    assert refused.status == 422
    assert refused.errors() == ["选择付款日期"]
    assert refused.value("comment") == "已付"
    assert refused.send(deed("done"), paid_on="2026-03-02").said() == ["已办理完成。审批已通过"]


def test_a_return_is_mended_and_resubmitted(site: Any, request_made: Any) -> None:
    path = request_made()
    site.open("li", path).send(deed("return"), comment="写清型号")
    page = site.open("zhang", path)
    assert "写清型号" in page.words
    assert f'href="{path}/edit"' in page.html
    assert set(page.offers("action")) == {"withdraw", "resubmit", "comment"}
    edit = site.open("zhang", f"{path}/edit")
    kept = edit.send(("_draft", "1"), lines__0__item="主机 R750")
    assert kept.said() == ["已保存"]
    assert "已退回" in kept.words
    done = site.open("zhang", f"{path}/edit").send(("_submit", "1"))
    assert "下一步：李强" in done.said()[0]
    assert "主机 R750" in site.open("li", path).words


def test_an_older_version_is_not_decided_on(site: Any, request_made: Any) -> None:
    path = request_made()
    site.open("li", path).send(deed("approve"))
    chen, huang = site.open("chen", path), site.open("huang", path)
    edit = site.open("chen", f"{path}/edit")
    assert edit.send(("_submit", "1"), supplier_dot_text="GYS-0013").said() == ["已保存"]
    late = huang.send(deed("done"))
    assert late.status == 409
    assert "这条记录刚被别人改过" in late.words
    assert "done" in late.offers("action")
    assert chen.status == 200


def test_comments_are_for_those_involved(site: Any, request_made: Any) -> None:
    path = request_made()
    page = site.open("zhang", path).send(deed("comment"), comment="<b>急</b>")
    assert page.said() == ["评论已发表"]
    assert "&lt;b&gt;急&lt;/b&gt;" in page.html
    assert "comment" not in site.open("wang", path).offers("action")
    assert site.open("zhang", path).send(deed("comment"), comment="").status == 422


def test_deeds_that_are_not_offered_are_refused(site: Any, request_made: Any) -> None:
    path = request_made()
    page = site.open("zhang", path)
    assert page.send(deed("approve")).status == 403
    assert page.send(deed("nonsense")).status == 400
    assert site.open("sun", path).status == 404
    assert page.send(deed("approve"), to=f"{path}x/decide").status == 404


def test_deleting_asks_first_and_is_only_for_who_may(site: Any, request_made: Any) -> None:
    draft = site.open("zhang", "/a/purchase/request/new").send(("_draft", "1"), reason="不要了")
    assert f'href="{draft.path}/delete"' in draft.html
    ask = site.open("zhang", f"{draft.path}/delete")
    assert "删除“不要了”？" in ask.words
    assert site.open("zhang", draft.path).status == 200
    gone = ask.send(("", ""), follow=False)
    assert gone.status == 303
    assert site.open("zhang", draft.path).status == 404
    path = request_made()
    assert "/delete" not in site.open("zhang", path).html
    assert site.open("zhang", f"{path}/delete").status == 403


def _holder(site: Any, path: str, role: str) -> str:
    """Somebody with a role of the app of a record."""
    app = path.split("/")[2]
    logins = ("li", "wang", "chen", "sun", "guo", "zhao", "xu", "zhou", "wu", "gao", "huang", "he", "lin", "ma")
    for login in _all_logins(site) or logins:
        if f"{app}.{role}" in site.actor(login).roles:
            return str(login)
    raise AssertionError(role)


def _all_logins(site: Any) -> list[str]:
    from dougong.people.directory import Directory

    return [one.login for one in site.composition.database.read(lambda tx: Directory(tx).search_people("", 100))]
