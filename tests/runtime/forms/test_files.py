"""Files: kept for whoever sent them until a record holds them, then for whoever reads that field of that record."""

import re
from typing import Any

UPLOAD = "/files?for=purchase.request.quote&name=quote"


def send(site: Any, login: str, file: Any, name: str, content: bytes, to: str = UPLOAD) -> Any:
    page = site.open(login, "/a/purchase/request/new")
    data = {"file": file(name, content), "csrf_token": page.value("csrf_token")}
    headers = {"Referer": "http://localhost/", "HX-Request": "true", "HX-Request-Type": "partial", "Accept-Language": "zh-CN"}
    return site.client(login).post(to, data=data, headers=headers)


def id_of(answer: Any) -> str:
    return re.findall(r'value="([0-9a-f]{32})"', answer.text)[0]


def test_an_upload_answers_the_item_of_its_input(site: Any, file: Any) -> None:
    answer = send(site, "zhang", file, "报价 <1>.pdf", b"%PDF-1.7")
    assert answer.status_code == 201
    assert answer.text.strip().startswith('<li class="file">')
    assert 'name="quote"' in answer.text
    assert "报价 &lt;1&gt;.pdf" in answer.text


def test_only_its_sender_opens_what_no_record_holds(site: Any, file: Any) -> None:
    id = id_of(send(site, "zhang", file, "a.pdf", b"%PDF-1.7"))
    assert site.open("zhang", f"/files/{id}").status == 200
    for login in ("li", "admin"):
        assert site.open(login, f"/files/{id}").status == 404


def test_then_whoever_reads_the_record(site: Any, file: Any, request_made: Any) -> None:
    id = id_of(send(site, "zhang", file, "a.pdf", b"%PDF-1.7 here"))
    path = request_made(quote=id)
    assert f"/files/{id}" in site.open("li", path).html
    answer = site.client("li").get(f"/files/{id}", buffered=True)
    assert answer.data == b"%PDF-1.7 here"
    assert site.open("sun", f"/files/{id}").status == 404
    assert site.open("zhang", f"/files/{'0' * 32}").status == 404


def test_it_is_handed_over_never_run(site: Any, file: Any) -> None:
    to = "/files?for=expense.claim.lines.receipt&name=lines-0-receipt"
    answer = send(site, "zhang", file, "x.png", b"\x89PNG\r\n\x1a\n<script>", to)
    assert 'name="lines-0-receipt"' in answer.text
    got = site.client("zhang").get(f"/files/{id_of(answer)}", buffered=True)
    assert got.headers["Content-Type"] == "image/png"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    pdf = id_of(send(site, "zhang", file, "x.pdf", b"%PDF-1.7"))
    got = site.client("zhang").get(f"/files/{pdf}", buffered=True)
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert got.headers["Content-Disposition"].startswith("attachment")


def test_html_in_disguise_is_refused_by_its_content(site: Any, file: Any) -> None:
    answer = send(site, "zhang", file, "x.pdf", b"<html><script>alert(1)</script>")
    assert answer.status_code == 422
    assert "只收 application/pdf" in answer.text


def test_no_upload_for_a_field_that_is_not_theirs_or_is_none(site: Any, file: Any) -> None:
    for asked, status in [
        ("mdm.supplier.name", 404), ("purchase.request.reason", 404), ("purchase.request.nothing", 404), ("", 404),
        ("no.such.field", 404),
    ]:  # fmt: skip
        assert send(site, "zhang", file, "a.pdf", b"%PDF-", f"/files?for={asked}").status_code == status, asked


def test_a_file_of_a_row_follows_its_column(site: Any, file: Any) -> None:
    to = "/files?for=expense.claim.lines.receipt&name=lines-0-receipt"
    id = id_of(send(site, "zhang", file, "票.png", b"\x89PNG\r\n\x1a\n", to))
    made = site.open("zhang", "/a/expense/claim/new").send(
        ("_submit", "1"), purpose="打车", lines__0__spent_on="2026-01-05", lines__0__category="transport",
        lines__0__description="打车", lines__0__amount="35", lines__0__receipt=id,
    )  # fmt: skip
    assert made.status == 200, made.errors()
    assert "票.png" in made.words
    assert site.open("li", f"/files/{id}").status == 200
    assert site.open("zhou", f"/files/{id}").status == 404


def test_what_somebody_else_sent_cannot_be_taken(site: Any, file: Any) -> None:
    id = id_of(send(site, "li", file, "a.pdf", b"%PDF-1.7"))
    page = site.open("zhang", "/a/purchase/request/new").send(("_submit", "1"), reason="x", category="office", quote=id)
    assert "报价单的文件已经不在了，重新上传" in page.errors()
    assert "a.pdf" not in page.words
