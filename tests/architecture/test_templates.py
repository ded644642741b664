"""Templates: nothing inline, nothing that evaluates, htmx in one file, every word from the catalogue."""

import re
from pathlib import Path

import pytest

from dougong import words

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path for folder in ("platform", "builder", "runtime") for path in (ROOT / folder).rglob("templates/**/*.html")
)
HTMX = ROOT / "platform/dougong/web/templates/htmx.html"
INLINE = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "a script of its own": re.compile(r"<script\b", re.I),
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.I),
    "a handler": re.compile(r"\son[a-z]+\s*=", re.I),
    "hx-on": re.compile(r"hx-on\b|data-hx-on", re.I),
    "an evaluated value": re.compile(r"=\s*[\"']?\s*(?:js|javascript):", re.I),
    "a filter in a trigger": re.compile(r"hx-trigger\s*=\s*(\"[^\"]*\[[^\"]*\"|'[^']*\[[^']*')", re.I),
    "markup taken on trust": re.compile(r"\|\s*safe\b|autoescape\s+false", re.I),
}
MAY_LOAD = {"base.html", "htmx.html", "frame.html", "bare.html"}
COMMENT = re.compile(r"\{#.*?#\}", re.S)
SAID = re.compile(r"\bsay\(\s*[\"']([^\"']+)[\"']\s*[,)]")
HAN = re.compile("[\u3400-\u9fff]+")
OWN_NAMES = {"中文", "一"}  # a language in its own letters; the first Han letter, compared with


def text_of(path: Path) -> str:
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


def faults(name: str, text: str) -> list[str]:
    """What a template does that the content policy forbids."""
    found = [what for what, pattern in INLINE.items() if pattern.search(text)]
    return [what for what in found if what != "a script of its own" or name not in MAY_LOAD]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_obeys(path: Path) -> None:
    text = text_of(path)
    assert faults(path.name, text) == []
    if path != HTMX:
        assert not re.search(r"[\s\"']hx-[a-z]", text), "hx- attributes come from htmx.html"
    assert set(SAID.findall(text)) - words.keys() == set(), "no words for these"
    assert set(HAN.findall(text)) <= OWN_NAMES, "sentences live in the catalogue"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<script>x</script>", "an inline script"),
        ('<script src="/x.js"></script>', "a script of its own"),
        ('<p style="color:red">', "an inline style"),
        ('<a onclick="x()">', "a handler"),
        ('<a hx-on:click="x">', "hx-on"),
        ('<a href="javascript:x">', "an evaluated value"),
        ("<a hx-vals='js:{a:1}'>", "an evaluated value"),
        ('<a hx-trigger="click[ctrlKey]">', "a filter in a trigger"),
        ("{{ x|safe }}", "markup taken on trust"),
    ],
)
def test_what_is_forbidden_is_found(text: str, fault: str) -> None:
    assert fault in faults("page.html", text)
    assert faults("page.html", '<p class="on style">{{ x }}</p>') == []
