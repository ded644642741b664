"""What every field type must be able to do, whichever it is; a new type is in as soon as it is in TYPES."""

import inspect
import random
import tomllib
from decimal import Decimal
from html.parser import HTMLParser
from importlib import resources
from types import SimpleNamespace

import jsonschema
import msgspec
import pytest
from jinja2 import ChoiceLoader, DictLoader, Environment, PackageLoader, StrictUndefined
from jsonschema import Draft202012Validator

from dougong import words
from dougong.fields import (
    TYPES,
    AnyNode,
    Field,
    Invalid,
    Node,
    children,
    group_title,
    operator_title,
    operators,
    option_title,
    type_help,
    type_title,
)
from dougong.fields.base import Column, Stored
from dougong.formulas.kinds import Type
from dougong.words import entries

LANGUAGES = ("zh-CN", "en")
MORE = {
    "choice": {"options": [{"key": "a", "title": {"zh-CN": "甲", "en": "First"}}, {"key": "b", "title": "乙"}]},
    "choices": {"options": [{"key": "a", "title": {"zh-CN": "甲", "en": "First"}}, {"key": "b", "title": "乙"}]},
    "reference": {"to": "mdm.supplier"},
    "formula": {"value": "1 + 1"},
    "subtable": {"fields": [{"type": "text", "key": "item"}, {"type": "number", "key": "n"}]},
    "section": {"fields": [{"type": "text", "key": "inner"}]},
}
RAW = {
    "person": "amy", "department": "rd", "reference": "S-0001", "file": ["f1", "f2"], "formula": "12.5", "serial": "A-01",
    "subtable": [{"id": "5", "item": "纸", "n": "3"}],
}  # fmt: skip
HOSTILE = [
    "'; DROP TABLE record; --", "<script>alert(1)</script>", '" onmouseover="x', "a\x00b", "\ud800", "\udfff x",
    "\u202e\u202dabc",
    "=1+1", "+cmd|' /C calc'!A0", "NaN", "Infinity", "1e999", "-0", "x" * 1_000_000, "9" * 1_000_000, "{{ 7*7 }}", "${7*7}",
    "%s%s%n", "../../etc/passwd", "\u200b", "\ufeff", "a\u0301" * 100, "٣", "²", "\u2066x", "\r\n\r\n", "true", "null", "0", "",
    0, 1, -1, 2**63, 10**5000, 0.1, float("nan"), float("inf"), 1e308, Decimal("1e-400"), Decimal("NaN"), Decimal("sNaN"),
    True, False, None, [], {}, [[]], [None], [""], ["a", ["b"]], ["\x00"], [{}], {"a": {"b": []}}, {"id": "x"},
    [{"item": "\x00"}],
    [{"item": [[]]}], b"bytes", ("a",), object(),
]  # fmt: skip
DEEP = []
for _ in range(5000):
    DEEP = [DEEP]
HOSTILE.append(DEEP)

every_type = pytest.mark.parametrize("name", list(TYPES))
VALUE_TYPES = [name for name, kind in TYPES.items() if issubclass(kind, Field)]
every_value_type = pytest.mark.parametrize("name", VALUE_TYPES)


def make(name, **more):
    return msgspec.convert({"type": name, "key": "f", "title": "字段", **MORE.get(name, {}), **more}, AnyNode)


def raw_of(field, name, seed=1):
    sample = field.sample(random.Random(seed))
    return RAW[name] if sample is None else sample


def value_of(field, name, desk, seed=1):
    value = field.coerce(raw_of(field, name, seed), desk)
    assert value is not None
    return value


# -- options ----------------------------------------------------------------------------------------------------------
@every_type
def test_options_have_a_valid_schema(name):
    schema = msgspec.json.schema(TYPES[name])
    Draft202012Validator.check_schema(schema)
    spec = msgspec.json.decode(msgspec.json.encode(make(name)))
    jsonschema.validate(spec, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**spec, "no_such_option": 1}, schema)


@every_type
def test_type_group_and_every_option_have_words(name):
    kind = TYPES[name]
    for language in LANGUAGES:
        assert type_title(name, language)
        assert type_help(name, language)
        assert group_title(kind.group, language)
        assert all(option_title(option, language) for option in kind.__struct_fields__)
    assert type_title(name, "zh-CN") != type_title(name, "en")


@every_type
def test_spec_survives_a_round_trip(name):
    node = make(name, help={"zh-CN": "说明", "en": "Help"})
    assert msgspec.json.decode(msgspec.json.encode(node), type=AnyNode) == node
    assert node.type_key() == name
    assert list(node.problems()) == []


@every_type
def test_says_what_it_is(name):
    kind = TYPES[name]
    assert inspect.getdoc(kind)
    assert kind.holds_value is issubclass(kind, Field)
    assert kind.icon.replace("-", "").isalnum()
    assert kind.icon != Node.icon
    assert all(isinstance(child, Node) for child in children(make(name)))


@every_type
def test_unknown_options_and_bad_values_are_refused(name):
    for more in ({"no_such": 1}, {"title": 5}, {"key": None}):
        with pytest.raises(msgspec.ValidationError):
            make(name, **more)


@every_value_type
def test_operators_are_known_and_have_words(name):
    offered = TYPES[name].operators
    assert set(offered) <= set(operators.ALL)
    assert len(set(offered)) == len(offered)
    assert {"blank", "filled"} <= set(offered)
    assert all(operator_title(operator, language) for operator in offered for language in LANGUAGES)


# -- values -----------------------------------------------------------------------------------------------------------
@every_value_type
def test_blank_is_none(name, desk):
    for raw in (None, "", "   ", "\u3000"):
        if name == "subtable" and isinstance(raw, str) and raw:
            continue
        assert make(name).coerce(raw, desk) is None


@every_value_type
def test_schema_accepts_its_own_values(name, desk):
    field = make(name)
    Draft202012Validator.check_schema(field.shape())
    for seed in range(20):
        value = value_of(field, name, desk, seed)
        jsonschema.validate(field.to_json(value, desk), field.shape())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"not": "this"}, field.shape())


@every_value_type
def test_json_and_page_text_are_taken_back(name, desk):
    field = make(name)
    for seed in range(20):
        value = value_of(field, name, desk, seed)
        json_form = field.to_json(value, desk)
        encoded = msgspec.json.decode(msgspec.json.encode(json_form))
        if name == "subtable":
            assert field.coerce(encoded, desk) == value
            continue
        assert field.coerce(encoded, desk) == value
        assert field.coerce(field.to_raw(value, desk), desk) == value
        cell = field.to_cell(value, desk)
        assert isinstance(cell, str)
        assert field.coerce(cell, desk) == value


@every_value_type
def test_columns_keep_a_value(name, desk):
    field = make(name)
    columns = field.columns()
    assert all(isinstance(column, Column) for column in columns)
    if name == "subtable":
        assert columns == ()
        return
    assert columns[0].suffix == ""
    assert len({column.suffix for column in columns}) == len(columns)
    for seed in range(20):
        value = value_of(field, name, desk, seed)
        stored = field.to_columns(value, desk.zone)
        assert len(stored) == len(columns)
        first = stored[0]
        if columns[0].stored is Stored.EXACT:  # as an engine without decimals keeps it
            first = Decimal(int(first.scaleb(columns[0].scale))).scaleb(-columns[0].scale)
        assert field.from_column(first) == value


@every_value_type
def test_formula_type_agrees_with_the_column(name):
    field = make(name)
    assert isinstance(field.type(), Type)
    for column in field.columns()[:1]:
        if column.stored is Stored.EXACT:
            assert field.type().scale == column.scale


@every_value_type
def test_is_shown_in_both_languages(name, desk, reader):
    field = make(name)
    shown = field.display(value_of(field, name, desk), reader)
    assert isinstance(shown, str)
    assert shown


def outcome(field, raw, desk):
    try:
        return field.coerce(raw, desk), None
    except Invalid as wrong:
        return None, wrong


@every_value_type
def test_hostile_values_are_refused_or_within_shape(name, desk, make_reader):
    field = make(name)
    for raw in HOSTILE:
        list(field.wants(raw))
        value, refused = outcome(field, raw, desk)
        if refused is not None:
            assert refused.params["title"]
            assert all(words.sentence(refused, language) for language in LANGUAGES)
        if value is None:
            continue
        jsonschema.validate(field.to_json(value, desk), field.shape())
        field.to_columns(value, desk.zone)
        assert "\x00" not in field.display(value, make_reader())


@every_value_type
def test_text_json_and_cell_get_one_verdict(name, desk):
    field = make(name)
    if name == "subtable":
        return
    for raw in (0, 1, 12, 0.5, -3, True, False, 2026, 20261130, "a", "是"):
        verdicts = set()
        text = {True: "true", False: "false"}.get(raw, str(raw)) if isinstance(raw, bool) else str(raw)
        for form in (raw, text, f" {text}\u3000"):
            value, refused = outcome(field, form, desk)
            verdicts.add(refused.code if refused else str(value))
        assert len(verdicts) == 1, (raw, verdicts)


# -- words ------------------------------------------------------------------------------------------------------------
def test_every_code_raised_has_its_sentence(monkeypatch):
    monkeypatch.setattr(entries, "STRICT", True)
    import re

    folder = resources.files("dougong.fields")
    source = "".join(path.read_text() for path in folder.iterdir() if path.name.endswith(".py"))
    codes = set(re.findall(r'"(field\.[a-z_]+)"', source))
    assert len(codes) > 20
    assert codes <= words.keys()


def test_catalogue_has_both_languages():
    text = (resources.files("dougong") / "words" / "catalogue" / "fields.toml").read_text(encoding="utf-8")
    for key, entry in tomllib.loads(text).items():
        assert entry["zh"], key
        assert entry["en"], key
        assert entry["en"].isascii() or "“" in entry["en"] or "’" in entry["en"], key


# -- input without JavaScript -------------------------------------------------------------------------------------------
class Elements(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        assert len({name for name, _ in attrs}) == len(attrs), attrs
        self.found.append((tag, dict(attrs)))


NASTY = "\"><script>alert(1)</script>'&"


def slot(name, **more):
    from dougong.forms import Slot
    from dougong.forms.parts import OptionSlot

    field = make(name)
    layout = {"choice": "radios", "choices": "radios", "yesno": "box"}.get(name, "")
    options = (OptionSlot("a", NASTY, True), OptionSlot("b", "乙", False)) if layout == "radios" else ()
    defaults = {
        "name": "f", "path": "f", "type": name, "spec": field, "title": NASTY, "help": NASTY, "raws": (NASTY,),
        "text": NASTY, "label": NASTY, "errors": (NASTY,), "layout": layout, "options": options, "placeholder": NASTY,
    }  # fmt: skip
    return Slot(**{**defaults, **more})


def render(macro, *args):
    loader = ChoiceLoader([PackageLoader("dougong.fields"), PackageLoader("dougong.forms"), DictLoader({
        "htmx.html": "{% macro pick_attrs(u, i) %}{% endmacro %}{% macro upload_attrs(u, i) %}{% endmacro %}"})])  # fmt: skip
    env = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    env.globals["say"] = lambda key, **params: words.say(key, "en", **params)
    return str(getattr(env.get_template("forms/slot.html").module, macro)(*args))


PLAIN = [name for name in VALUE_TYPES if name != "subtable"]
SETTABLE = [name for name in PLAIN if not TYPES[name].computed_only]


@every_type
def test_has_a_template_with_both_macros(name):
    env = Environment(
        loader=ChoiceLoader([PackageLoader("dougong.fields"), PackageLoader("dougong.forms")]), autoescape=True
    )
    env.globals["say"] = str
    module = env.get_template(f"fields/{name}.html").module
    assert callable(module.input)
    assert callable(module.show)


@pytest.mark.parametrize("name", SETTABLE)
def test_input_posts_its_name_and_is_labelled(name):
    html = render("slot", slot(name))
    found = Elements(html).found
    named = [a for tag, a in found if tag in ("input", "select", "textarea") and a.get("name", "").split(".")[0] == "f"]
    seen = [a for a in named if a.get("type") != "hidden"]
    assert seen
    assert "script" not in {tag for tag, _ in found}
    ids = [a["id"] for _, a in found if "id" in a]
    assert len(ids) == len(set(ids))
    labels = {a.get("for") for tag, a in found if tag == "label"}
    grouped = "fieldset" in {tag for tag, _ in found}
    if grouped:
        assert "legend" in {tag for tag, _ in found}
    elif name != "yesno":
        assert "f-f" in labels
    wired = [a for tag, a in found if a.get("aria-describedby")]
    assert wired
    for a in wired:
        assert set(a["aria-describedby"].split()) <= set(ids)
    assert not [a for _, a in found if any(key.startswith(("on", "style")) for key in a)]


@pytest.mark.parametrize("name", PLAIN)
def test_reading_escapes_what_people_wrote(name):
    for part in (slot(name, editable=False), slot(name, readonly=True)):
        html = render("slot", part)
        assert "<script" not in html
        assert 'id="f-f"' in html
    assert render("reading", slot(name, text="", raws=()))


@pytest.mark.parametrize("name", SETTABLE)
def test_what_is_drawn_is_what_is_bound(name, desk):
    """A value drawn and posted back without JavaScript is the same value."""
    from werkzeug.datastructures import MultiDict

    from dougong.forms import bind, slots
    from dougong.forms.page import FormPage
    from dougong.forms.state import FormState
    from dougong.spec.compiled import CompiledField

    field = make(name)
    value = value_of(field, name, desk)
    form = SimpleNamespace(
        app="a", key="k", spec=SimpleNamespace(title="t", help=""), fields={"f": CompiledField(spec=field, path="f")},
        rows={}, tree=lambda: (field,),
    )  # fmt: skip
    reader = SimpleNamespace(language="en", zone=desk.zone, currency="CNY", desk=desk)
    page = slots(form, FormState(bind(form, None), {"f": value}, frozenset({"f"})), reader)
    assert isinstance(page, FormPage)
    found = Elements(render("slot", page.slot("f"))).found
    pairs = []
    for tag, a in found:
        if tag == "input" and a.get("type") in ("checkbox", "radio") and "checked" not in a:
            continue
        if tag == "input" and a.get("type") != "file":
            pairs.append((a["name"], a.get("value", "on")))
        if tag == "option" and "selected" in a:
            pairs.append(("f", a["value"]))
    if name == "paragraph":
        pairs.append(("f", page.slot("f").raw))
    assert field.coerce(bind(form, MultiDict(pairs))["f"], desk) == value
