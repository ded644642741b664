"""Small compiled forms built by hand, a desk, a reader, and a plain Jinja environment with the rooms' templates."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import msgspec
import pytest
from jinja2 import ChoiceLoader, DictLoader, Environment, PackageLoader, StrictUndefined
from werkzeug.datastructures import MultiDict

from dougong import words
from dougong.fields import AnyNode, Field, Section, children
from dougong.fields.base import Department, FileRef, Person, RecordRef
from dougong.forms import FormState, RawRecord, shown_places
from dougong.formulas import Scope
from dougong.spec import model
from dougong.spec.compiled import CompiledField, CompiledForm

SILENT = "{% macro pick_attrs(url, id) %}{% endmacro %}{% macro upload_attrs(url, id) %}{% endmacro %}"
LOUD = (
    '{% macro pick_attrs(url, id) %} data-url="{{ url }}" data-list="{{ id }}" autocomplete="off"{% endmacro %}'
    '{% macro upload_attrs(url, id) %} data-upload="{{ url }}" data-list="{{ id }}"{% endmacro %}'
)


def node(type, key, **more):
    return msgspec.convert({"type": type, "key": key, **more}, AnyNode)


def compiled_form(*nodes, title="采购申请"):
    fields, rows = {}, {}

    def visit(node):
        if isinstance(node, Section):
            for child in node.fields:
                visit(child)
        elif isinstance(node, Field):
            fields[node.key] = compiled_field(node)
            if children(node):
                rows[node.key] = {f.key: compiled_field(f, node.key) for f in children(node) if isinstance(f, Field)}

    for node in nodes:
        visit(node)
    spec = model.Form(key="request", title=title, fields=nodes)
    return CompiledForm(
        app="purchase", spec=spec, scope=Scope({}), fields=fields, rows=rows, layout_shown={}, order=(), checks=(),
        grants=(), branches={}, record_title=None,
    )  # fmt: skip


def compiled_field(spec, table=""):
    path = f"{table}.{spec.key}" if table else spec.key
    return CompiledField(spec=spec, path=path, table=table, value=object() if spec.value else None)


class Desk:
    zone = ZoneInfo("Asia/Shanghai")
    currency = "CNY"

    def person(self, raw):
        return Person(1, "amy", "张敏") if raw in ("amy", "张敏") else None

    def department(self, raw):
        return Department(7, "rd", "研发一部") if raw in ("rd", "研发一部") else None

    def record(self, form, raw):
        return RecordRef(12, "S-1", "华东") if raw in ("12", "S-1", "华东") else None

    def file(self, raw):
        return FileRef(raw, f"{raw}.pdf", 2048, "application/pdf") if raw.startswith("f") else None

    def person_by_id(self, id):
        return Person(id, "amy", "张敏")

    def department_by_id(self, id):
        return Department(id, "rd", "研发一部")

    def record_by_id(self, form, id):
        return RecordRef(id, "S-1", "华东")

    def notice(self, code, **params):
        pass


@dataclass
class Reader:
    language: str = "zh-CN"
    desk: Desk = field(default_factory=Desk)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    currency: str = "CNY"


def state(form, raw=None, values=None, hidden=(), **more):
    raw = raw if isinstance(raw, RawRecord) else RawRecord(raw or {})
    values = values or {}
    return FormState(raw, values, shown_places(form, raw, values, frozenset(hidden)), **more)


def posted(*pairs):
    return MultiDict(list(pairs))


class Page(HTMLParser):
    """The elements of a page, flat, each a (tag, attributes, text directly inside it so far)."""

    VOID = {"input", "br", "img", "meta", "link", "hr"}

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.all, self.open, self.html = [], [], html
        self.feed(html)
        self.close()
        assert not self.open, f"unclosed: {[e['tag'] for e in self.open]}"

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice: {tag} {names}"
        element = {"tag": tag, "attrs": dict(attrs), "text": "", "above": tuple(self.open)}
        self.all.append(element)
        if tag not in self.VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        assert self.open, f"stray </{tag}>"
        assert self.open.pop()["tag"] == tag

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def find(self, tag=None, **attrs):
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
        return [
            e for e in self.all
            if (tag is None or e["tag"] == tag) and all(e["attrs"].get(n) == v for n, v in wanted.items())
        ]  # fmt: skip

    def one(self, tag=None, **attrs):
        found = self.find(tag, **attrs)
        assert len(found) == 1, (tag, attrs, len(found), self.html)
        return found[0]

    def posts(self):
        """What a browser without JavaScript would post from this page, leaving every button alone."""
        pairs = []
        for e in self.all:
            a = e["attrs"]
            if "name" not in a or "disabled" in a:
                continue
            if e["tag"] == "input" and a.get("type") in ("checkbox", "radio"):
                if "checked" in a:
                    pairs.append((a["name"], a.get("value", "on")))
            elif e["tag"] == "input" and a.get("type") != "file":
                pairs.append((a["name"], a.get("value") or ""))
            elif e["tag"] == "textarea":
                pairs.append((a["name"], e["text"].removeprefix("\n")))
            elif e["tag"] == "select":
                options = [o for o in self.all if o["tag"] == "option" and e in o["above"]]
                chosen = [o for o in options if "selected" in o["attrs"]] or options[:1]
                pairs += [(a["name"], o["attrs"].get("value", "")) for o in chosen]
        return MultiDict(pairs)


def environment(language="zh-CN", htmx=SILENT):
    loader = ChoiceLoader(
        [DictLoader({"htmx.html": htmx}), PackageLoader("dougong.fields"), PackageLoader("dougong.forms")]
    )
    env = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    env.globals["say"] = lambda key, **params: words.say(key, language, **params)
    return env


def draw(page, language="zh-CN", htmx=SILENT, macro="body"):
    where = {"record": ("forms/show.html", "record"), "slot_alone": ("forms/slot.html", "slot")}
    template, name = where.get(macro, ("forms/form.html", macro))
    return str(getattr(environment(language, htmx).get_template(template).module, name)(page))


@pytest.fixture(scope="session")
def kit():
    """The parts above, for test modules, which cannot import each other."""
    return SimpleNamespace(
        compiled_form=compiled_form,
        state=state,
        posted=posted,
        draw=draw,
        Page=Page,
        Reader=Reader,
        LOUD=LOUD,
        node=node,
    )


@pytest.fixture
def reader():
    return Reader()
