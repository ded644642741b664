"""What people call the parts of a spec and the values of their properties, in every language at once."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from dougong.fields.base import LocalText
from dougong.spec import model
from dougong.spec.diffing.matching import Parts
from dougong.spec.diffing.parts import Part, Place
from dougong.spec.dump import plain
from dougong.spec.nearest import clipped
from dougong.spec.system import SYSTEM_TYPES, system_title
from dougong.words import LANGUAGES, keys, say
from dougong.words import title as in_language

Text = dict[str, str]
"""A text by language."""
NODES = ("field", "column", "section", "note")


def both(key: str, **params: Any) -> Text:
    """The sentence of ``key`` in every language."""
    return {language: say(key, language, **params) for language in LANGUAGES}


@cache
def said() -> frozenset[str]:
    """Every key there are words for."""
    return keys()


def everywhere(text: LocalText, fallback: str = "") -> Text:
    """A text people wrote, in every language."""
    return {language: in_language(text, language, fallback) for language in LANGUAGES}


def joined(texts: list[Text], marks: Mapping[str, str] | str) -> Text:
    """Several texts as one, ``marks`` between them."""
    between = marks if isinstance(marks, Mapping) else dict.fromkeys(LANGUAGES, marks)
    return {language: between[language].join(text[language] for text in texts) for language in LANGUAGES}


def kind_name(part: Part) -> Text:
    """``字段`` / ``field``."""
    return both(f"change.kind.{part.kind}")


def title_of(part: Part, table: Parts) -> Text:
    """Its title; of a check the message, of a grant whom it means; failing that its key."""
    struct = part.struct
    if isinstance(struct, model.Grant):
        return whom(struct.who, part, table)
    if isinstance(struct, model.App):
        return everywhere(struct.app.title, struct.app.key)
    text = struct.message if isinstance(struct, model.Check) else getattr(struct, "title", "")
    return {language: clipped(each) for language, each in everywhere(text, part.key).items()}


def where(part: Part, table: Parts) -> Text:
    """What it belongs to, as the beginning of a sentence: ``采购申请 · 明细 · ``; "" where that goes without saying."""
    owners: list[Text] = []
    scope = table.get(part.scope)
    while scope is not None and scope.place:
        if scope.kind != "flow" and (scope.kind != "form" or _several_forms(table)):
            owners.insert(0, title_of(scope, table))
        scope = table.get(scope.scope)
    return joined([*owners, dict.fromkeys(LANGUAGES, "")], " · ")


def _several_forms(table: Parts) -> bool:
    root = table[()].struct
    return isinstance(root, model.App) and len(root.forms) > 1


def property_name(part: Part, name: str, table: Parts) -> Text:
    """``最多字数`` / ``Longest``; of a member of a property both names."""
    first, _, rest = name.partition(".")
    for key in (f"change.property.{part.kind}.{name}", f"change.property.{name}"):
        if key in said():
            return both(key)
    own = (f"field.option.{first}",) if part.kind in NODES else ()
    for key in (*own, f"change.property.{part.kind}.{first}", f"change.property.{first}"):
        if key in said():
            return joined([both(key), *([key_title(rest, part, table)] if rest else [])], " ")
    return dict.fromkeys(LANGUAGES, name)


def key_title(key: str, part: Part, table: Parts) -> Text:
    """The title of the field, metric or action a part names by ``key``; else the key itself."""
    bare, falling = key.removeprefix("-"), key.startswith("-")
    found = table.get((*form_of(part), "fields", *bare.split("."))) or table.get(("metrics", bare))
    if found is not None:
        text = title_of(found, table)
    elif bare in SYSTEM_TYPES:
        text = everywhere(system_title(bare), bare)
    else:
        text = dict.fromkeys(LANGUAGES, clipped(bare))
    return both("change.falling", title=text) if falling else text


def form_of(part: Part) -> Place:
    """The place of the form whose fields a part names."""
    if part.place[:1] == ("forms",):
        return part.place[:2]
    return ("forms", str(getattr(part.struct, "form", "")))


def whom(who: model.Whom, part: Part, table: Parts) -> Text:
    """``采购员``, ``提交人的上级``."""
    if isinstance(who, str):
        return both(f"change.who.{who}")
    ways: list[tuple[str, Callable[[], Any]]] = [
        ("role", lambda: _title_at(("roles", who.role), who.role, table)), ("people", lambda: list(who.people)),
        ("department", lambda: who.department), ("supervisor_of", lambda: who.level), ("head_of", lambda: ""),
        ("field", lambda: key_title(who.field, part, table)),
    ]  # fmt: skip
    for way, name in ways:
        if way == "supervisor_of" and who.supervisor_of and who.level > 1:
            return both("change.who.supervisor_above", name=who.level)
        if getattr(who, way):
            return both(f"change.who.{way}", name=name())
    return both("change.nothing")


def _title_at(place: Place, key: str, table: Parts) -> Text:
    return title_of(table[place], table) if place in table else dict.fromkeys(LANGUAGES, key)


def value(part: Part, name: str, given: Any, table: Parts) -> Any:
    """A value of a property as a sentence shows it."""
    if name == "who":
        return whom(given, part, table)
    if given is None and name in ("read", "edit") and part.kind == "grant":
        return both("change.all_fields")
    if given == "" and name == "rows":
        return both("change.all_rows")
    if isinstance(given, bool):
        return both("field.yes" if given else "field.no")
    if given is None or given in ("", (), [], {}):
        return both("change.nothing")
    if isinstance(given, dict) and given.keys() <= set(LANGUAGES):
        return _quoted(everywhere(given))
    if isinstance(given, list | tuple) and all(isinstance(each, str) for each in given):
        return [item(part, name, each, table) for each in given]
    return item(part, name, given, table) if isinstance(given, str) else clipped(_bare(given))


def tongues(was: Any, now: Any) -> dict[str, str]:
    """Of a text in several languages, by reader: the language to show instead of theirs, which says the same in both."""
    if not all(
        isinstance(each, str) or (isinstance(each, dict) and each.keys() <= set(LANGUAGES)) for each in (was, now)
    ):
        return {}
    texts = [each if isinstance(each, dict) else dict.fromkeys(LANGUAGES, each) for each in (was, now)]
    other = next((each for each in LANGUAGES if texts[0].get(each, "") != texts[1].get(each, "")), None)
    same = [each for each in LANGUAGES if in_language(texts[0], each) == in_language(texts[1], each)]
    return dict.fromkeys(same, other) if other else {}


def in_tongues(text: LocalText, usual: Any, shown: Mapping[str, str]) -> Any:
    """A value as the sentence shows it, but to the readers in ``shown`` in the language given there."""
    texts = text if isinstance(text, dict) else dict.fromkeys(LANGUAGES, text)
    other = {reader: texts.get(language, "") for reader, language in shown.items()}
    said_so = {reader: f"“{each}”" if each else say("change.nothing", reader) for reader, each in other.items()}
    return {**usual, **said_so}


def in_language_of(name: Text, shown: Mapping[str, str]) -> Text:
    """The name of a property, with the language to the readers in ``shown``: ``标题（英文）``."""
    return {**name, **{
        reader: say("change.in_language", reader, property=name, language=both(f"change.value.language.{language}"))
        for reader, language in shown.items()
    }}  # fmt: skip


def item(part: Part, name: str, given: str, table: Parts) -> Text:
    """One text of a property: a word we know, a thing that has a title, else what is written, in quotation marks."""
    last = name.rpartition(".")[2]
    for key in (f"change.value.{name.partition('.')[0]}.{given}", f"change.value.{last}.{given}"):
        if key in said():
            return both(key)
    if name == "type" and f"field.type.{given}" in said():
        return both(f"field.type.{given}")
    named = key_title(given, part, table)
    return named if named != dict.fromkeys(LANGUAGES, given) else _quoted(everywhere(clipped(given)))


def _quoted(text: Text) -> Text:
    return {language: f"“{each}”" for language, each in text.items()}


def _bare(given: Any) -> str:
    return json.dumps(plain(given), ensure_ascii=False, default=str) if not isinstance(given, int) else str(given)
