"""In a real browser: nothing breaks the content policy, typing survives answers, pickers and shortcuts work by keyboard."""

import time
from typing import Any

import pytest
from flask import Response, render_template_string, request
from playwright.sync_api import expect

from dougong import web
from dougong.web import guards, session

pytestmark = pytest.mark.browser

PAGE = """{% extends "base.html" %}{% import "htmx.html" as hx %}
{% block title %}试验{% endblock %}
{% block main %}<form method="post" action="/send" id="f" data-unsaved>{{ ui.csrf(chrome.csrf) }}
<div{{ hx.live_attrs("/eval") }}>
<div id="slot-a"><label for="a">A</label><input class="in" id="a" name="a"></div>
<output id="total">0</output>
<div class="field pick" data-pick><label for="s">供应商</label>
<input class="in" id="s" name="s.text" role="combobox" aria-controls="s-list" aria-expanded="false"
{{- hx.pick_attrs("/pick", "s-list") }}>
<input type="hidden" name="s"><input type="hidden" name="s.was">
<ul class="options" id="s-list" role="listbox" aria-label="供应商" hidden></ul></div>
</div>
<div id="rows" data-rows>{% for n in range(3) %}
<p data-row id="row-{{ n }}"><input aria-label="{{ n }}" name="r{{ n }}">
<button type="button" id="del-{{ n }}"{{ hx.post_attrs("/row", "row-" ~ n, "outerHTML") }}>－</button></p>
{% endfor %}
<button data-add type="button">＋</button></div>
<ul id="files"></ul><label for="up">文件</label><input id="up" type="file"{{ hx.upload_attrs("/upload", "files") }}>
{{ ui.button("发送") }}</form>
<button id="fails"{{ hx.post_oob_attrs("/fails") }}>x</button><button id="ends"{{ hx.post_oob_attrs("/ends") }}>y</button>
<a href="/?1" data-item>一</a> <a href="/?2" data-item>二</a>{% endblock %}"""
evals: list[dict[str, str]] = []
sends: list[str] = []


@guards.signed_in
def page() -> str:
    return render_template_string(PAGE, chrome=web.chrome(), page=None)


@guards.signed_in
def evaluate() -> str:
    evals.append(request.form.to_dict())
    time.sleep(0.25)
    typed = request.form["a"]
    total = '<output id="total" hx-swap-oob="true">{{ n }}</output>'
    slot = '<div id="slot-a" hx-swap-oob="true"><input id="a" value="lost"></div>'
    return render_template_string(total + ("" if typed.endswith("!") else slot), n=len(typed))


@guards.signed_in
def pick() -> str:
    found = [("s1", "华东纸业"), ("s2", "华南 <b>五金</b>")]
    items = '{% for k, v in found %}<li role="option" data-key="{{ k }}" data-label="{{ v }}">{{ v }}</li>{% endfor %}'
    return render_template_string(items, found=found if request.args["s.text"] else [])


@guards.signed_in(writes=True)
def send() -> Response:
    sends.append(request.form["a"])
    time.sleep(0.5)
    web.tell("已提交")
    return web.see_other("/")


@guards.signed_in(writes=True)
def row() -> str:
    return ""


@guards.signed_in(writes=True)
def upload() -> str:
    return render_template_string("<li>{{ name }}</li>", name=request.files["file"].filename)


@guards.signed_in(writes=True)
def fails() -> str:
    raise RuntimeError


@guards.signed_in(writes=True)
def ends() -> str:
    from dougong.errors import SignInNeeded

    raise SignInNeeded("web.sign_in_needed")


@pytest.fixture
def tab(make: Any, live: Any, chromium: Any) -> Any:
    evals.clear()
    sends.clear()
    posts = {"/eval": evaluate, "/send": send, "/row": row, "/upload": upload, "/fails": fails, "/ends": ends}
    base = live(make(("/", page), ("/pick", pick), *((path, view, ["POST"]) for path, view in posts.items())))
    context = chromium.new_context(base_url=base, locale="zh-CN", viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": session.COOKIE, "value": "zhang", "url": base}])
    opened = context.new_page()
    opened.wrong = []
    opened.on("pageerror", lambda error: opened.wrong.append(str(error)))
    opened.on("console", lambda m: opened.wrong.append(m.text) if "Content Security Policy" in m.text else None)
    opened.goto("/")
    yield opened
    assert opened.wrong == []
    context.close()


def test_typing_into_a_live_form_is_never_replaced(tab: Any) -> None:
    tab.locator("#a").press_sequentially("abcdefghijklmnop", delay=60)
    expect(tab.locator("#total")).to_have_text("16")
    assert tab.locator("#a").input_value() == "abcdefghijklmnop"
    assert tab.evaluate("document.activeElement.id") == "a"
    assert 1 <= len(evals) <= 8


def test_an_answer_to_an_older_question_overwrites_nothing(tab: Any) -> None:
    with tab.expect_request("**/eval"):
        tab.locator("#a").press_sequentially("x")
    tab.locator("#a").press_sequentially("yz!")
    tab.locator("#up").focus()
    expect(tab.locator("#total")).to_have_text("4")
    assert tab.locator("#a").input_value() == "xyz!"
    assert [each["a"] for each in evals] == ["x", "xyz!"]


def test_an_input_method_is_waited_for(tab: Any) -> None:
    tab.locator("#a").focus()
    wire = tab.context.new_cdp_session(tab)
    for text in ("n", "ni", "nih", "niha", "nihao"):
        wire.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
        tab.wait_for_timeout(350)
    assert evals == []
    wire.send("Input.insertText", {"text": "你好"})
    expect(tab.locator("#total")).to_have_text("2")
    assert tab.locator("#a").input_value() == "你好"
    assert len(evals) == 1


def test_a_picker_by_keyboard(tab: Any) -> None:
    box = tab.locator("#s")
    box.press_sequentially("hua")
    expect(tab.locator("#s-list [role=option]")).to_have_count(2)
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    box.press("ArrowDown")
    assert tab.locator("#s-list [aria-selected=true]").get_attribute("id") == box.get_attribute("aria-activedescendant")
    box.press("Enter")
    assert box.input_value() == "华南 <b>五金</b>"
    hidden = "[...document.querySelectorAll('[data-pick] input[type=hidden]')].map(i => i.value)"
    assert tab.evaluate(hidden) == ["s2", "华南 <b>五金</b>"]
    expect(box).to_have_attribute("aria-expanded", "false")
    assert sends == [], "Enter takes the option and does not submit"
    tab.wait_for_timeout(600)
    assert evals[-1]["s"] == "s2"


def test_a_picker_by_pointer_and_escape(tab: Any) -> None:
    box = tab.locator("#s")
    box.press_sequentially("h")
    tab.locator("#s-list [role=option]").first.click()
    assert box.input_value() == "华东纸业"
    box.fill("x")
    expect(tab.locator("#s-list [role=option]")).to_have_count(2)
    box.press("Escape")
    expect(tab.locator("#s-list")).to_be_hidden()


def test_a_form_is_sent_once_and_says_so(tab: Any) -> None:
    tab.locator("#a").fill("1")
    tab.evaluate("document.querySelector('#f').requestSubmit(); document.querySelector('#f').requestSubmit()")
    expect(tab.locator(".toast")).to_contain_text("已提交")
    assert sends == ["1"]


def test_leaving_with_work_unsaved_is_asked_about(tab: Any) -> None:
    asked = []
    tab.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    tab.goto("/?1")
    assert asked == []
    tab.locator("#a").press_sequentially("x")
    tab.goto("/?2")
    assert asked == ["beforeunload"]


def test_a_removed_row_hands_focus_on(tab: Any) -> None:
    tab.locator("#del-1").focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("#row-1")).to_have_count(0)
    assert tab.evaluate("document.activeElement.closest('[data-row]')?.id") == "row-2"


def test_errors_are_said_and_nothing_is_lost(tab: Any) -> None:
    tab.locator("#a").fill("kept!")
    tab.locator("#fails").click()
    expect(tab.locator(".toast.bad")).to_contain_text("系统出错了")
    tab.locator("#ends").click()
    expect(tab.locator("#again")).to_be_visible()
    assert tab.locator("#again a").get_attribute("href").startswith("/sign-in")
    assert tab.locator("#a").input_value() == "kept!"


def test_files_go_up_by_themselves(tab: Any) -> None:
    tab.locator("#up").set_input_files({"name": "<i>票.txt", "mimeType": "text/plain", "buffer": b"x"})
    expect(tab.locator("#files li")).to_have_text("<i>票.txt")
    assert tab.locator("#up").input_value() == ""
    expect(tab.locator("#say")).to_contain_text("已上传")
    tab.locator("#up").set_input_files({"name": "big", "mimeType": "text/plain", "buffer": b"x" * (3 << 20)})
    expect(tab.locator(".toast.bad")).to_contain_text("big")


def test_shortcuts_act_outside_inputs_and_can_be_switched_off(tab: Any) -> None:
    tab.keyboard.press("j")
    assert tab.evaluate("document.activeElement.textContent") == "一"
    tab.keyboard.press("j")
    assert tab.evaluate("document.activeElement.textContent") == "二"
    tab.keyboard.press("?")
    expect(tab.locator("#keys")).to_be_visible()
    tab.keyboard.press("Escape")
    tab.locator("#a").press("?")
    expect(tab.locator("#keys")).to_be_hidden()
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.locator(".who").click()
    tab.get_by_role("button", name="关闭", exact=True).first.click()
    tab.wait_for_url("**/")
    expect(tab.locator("body[data-keys]")).to_have_count(0)
    tab.keyboard.press("?")
    expect(tab.locator("#keys")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1366])
def test_the_frame_is_accessible_and_fits(tab: Any, axe: str, theme: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    tab.context.add_cookies([{"name": "dougong_theme", "value": theme, "url": tab.url}])
    tab.goto("/")
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.evaluate(axe)
    found = tab.evaluate("axe.run()")["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


def test_the_frame_is_light_in_weight(tab: Any) -> None:
    wire = tab.context.new_cdp_session(tab)
    wire.send("Network.enable")
    weights: list[int] = []
    wire.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    wire.send("Network.clearBrowserCache")
    tab.goto("/?cold", wait_until="networkidle")
    assert len(weights) <= 7
    assert sum(weights) <= 45_000, f"{weights} bytes for the frame alone; a form page may have 60 kB"


def test_without_javascript_the_frame_works(make: Any, live: Any, chromium: Any) -> None:
    base = live(make(("/", page)))
    context = chromium.new_context(base_url=base, java_script_enabled=False, locale="en-GB")
    context.add_cookies([{"name": session.COOKIE, "value": "zhang", "url": base}])
    opened = context.new_page()
    opened.goto("/")
    opened.locator(".who").click()
    opened.get_by_role("button", name="Dark", exact=True).click()
    assert opened.locator("html").get_attribute("data-theme") == "dark"
    context.close()
