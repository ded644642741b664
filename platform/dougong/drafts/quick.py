"""Quick add: pasted lines become fields.

A line is a title. Behind it may stand a unit in brackets (``金额(元)``), a mark that it must be filled (``*``), a type or
options after a colon (``级别：A/B/C``, ``电话：文本``), or a formula over titles (``合计=数量*单价``).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from dougong.drafts import keys
from dougong.drafts.guesses import Guess, by_title, by_unit
from dougong.fields import TYPES, type_title

__all__ = ["Line", "by_keys", "contents", "read_line", "split"]

_BULLET = re.compile(r"^\s*(?:[-*•·]\s+|\(?[0-9]{1,3}[.、)）]\s*)")
_REQUIRED = re.compile(r"\s*(?:[*＊]|[(（](?:必填|required)[)）])\s*$", re.IGNORECASE)
_OPTIONAL = re.compile(r"\s*[(（](?:选填|可选|非必填|optional)[)）]\s*$", re.IGNORECASE)
_FORMULA = re.compile(r"^([^=＝:：]+)[=＝](?![=＝])\s*(.+)$")
_COLON = re.compile(r"^([^:：]+)[:：]\s*(.*)$")
_BRACKETS = re.compile(r"^(.+?)\s*[(（]([^()（）]+)[)）]$")
_SEVERAL = re.compile(r"^(多选|复选|可多选|multiple|several)$", re.IGNORECASE)
_ONE = re.compile(r"^(单选|single|one)$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[/／、，,;；|｜]\s*")
_SIGNS = str.maketrans("×÷＋－＊／（）＝，", "*/+-*/()=,")
_TEXT = re.compile(r'("(?:[^"]|"")*")')


@dataclass(frozen=True, slots=True)
class Line:
    """What one line says: a title, a type, its options, and a formula still written with titles."""

    title: str
    type: str
    options: Mapping[str, Any] = field(default_factory=dict)
    formula: str = ""


def read_line(line: str, kind: str = "") -> Line:
    """What a line says; ``kind`` is a type somebody chose instead."""
    text = _BULLET.sub("", line).strip()
    required = _REQUIRED.search(text)
    text = text[: required.start()] if required else _OPTIONAL.sub("", text)
    more: dict[str, Any] = {"required": True} if required else {}
    if match := _FORMULA.match(text):
        return _computed(match[1].strip(), match[2].strip(), kind)
    title, guess = _guessed(text)
    if kind and kind != guess.type:
        guess = Guess(
            kind, {name: value for name, value in guess.options.items() if name == "options"} if _lists(kind) else {}
        )
    return Line(title, guess.type, {**guess.options, **more})


def _lists(kind: str) -> bool:
    return kind in ("choice", "choices")


def _computed(title: str, formula: str, kind: str) -> Line:
    bare, guess = _in_brackets(title)
    guess = guess or by_title(bare)
    fits = kind or (guess.type if guess.type in ("money", "number", "date", "datetime") else "formula")
    options = guess.options if fits == guess.type else {}
    return Line(bare, fits, options, formula.translate(_SIGNS) if '"' not in formula else formula)


def _guessed(text: str) -> tuple[str, Guess]:
    if match := _COLON.match(text):
        title, rest = match[1].strip(), match[2].strip()
        return _said(title, rest)
    title, guess = _in_brackets(text)
    return title, guess or by_title(title)


def _said(title: str, rest: str) -> tuple[str, Guess]:
    """A title and what stands behind its colon: options, a type, or help."""
    match = _BRACKETS.match(title)
    several = bool(match and _SEVERAL.match(match[2].strip()))
    if match and (several or _ONE.match(match[2].strip())):
        title = match[1].strip()
    options = [each for each in _BETWEEN.split(rest) if each]
    if len(options) > 1:
        return title, Guess("choices" if several else "choice", {"options": _options(options)})
    bare, guess = _in_brackets(title)
    if (named := _type_names().get(rest.casefold())) is not None:
        return bare, Guess(named)
    guess = guess or by_title(bare)
    return bare, Guess(guess.type, {**guess.options, "help": rest} if rest else guess.options)


def _options(titles: Iterable[str]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for title in dict.fromkeys(titles):
        key = keys.derived(title, {option["key"] for option in made}, "option")
        made.append({"key": key, "title": title})
    return made


def _in_brackets(title: str) -> tuple[str, Guess | None]:
    match = _BRACKETS.match(title)
    guess = by_unit(match[2]) if match else None
    return (match[1].strip(), guess) if match and guess else (title, None)


@cache
def _type_names() -> Mapping[str, str]:
    """What a person may call a type: its key, its name in either language, and a few everyday words."""
    named = {wording.casefold(): key for key in TYPES for wording in (key, *_both(key))}
    everyday = {
        "文本": "text",
        "单行": "text",
        "多行": "paragraph",
        "下拉": "choice",
        "时间": "datetime",
        "人员": "person",
    }
    return {**everyday, **named}


def _both(key: str) -> tuple[str, str]:
    return type_title(key, "zh-CN"), type_title(key, "en")


def contents(
    lines: Iterable[tuple[str, str]], titles: Mapping[str, str], taken: Collection[str]
) -> list[dict[str, Any]]:
    """Plain fields of (line, chosen type or ""): keys are new, formulas name the keys of ``titles`` and of each other."""
    read = [read_line(line, kind) for line, kind in lines]
    used, made = set(taken), []
    for line in read:
        key = keys.derived(line.title, used, line.type)
        used.add(key)
        made.append({"key": key, "type": line.type, "title": line.title, **line.options})
    known = {**titles, **{one["title"]: one["key"] for one in made}}
    kinds = {one["key"]: one["type"] for one in made}
    for line, one in zip(read, made, strict=True):
        if line.formula:
            one["value"] = by_keys(line.formula, known)
            one.update(_as_money(one, line, kinds))
    return made


def _as_money(one: Mapping[str, Any], line: Line, kinds: Mapping[str, str]) -> dict[str, str]:
    """A result of no kind of its own is money when it is made of money."""
    names = re.findall(r"[a-z_][a-z0-9_]*", one["value"])
    if line.type == "formula" and any(kinds.get(name) == "money" for name in names):
        return {"type": "money"}
    return {"result": "text"} if line.type == "formula" and ("&" in line.formula or '"' in line.formula) else {}


def by_keys(formula: str, titles: Mapping[str, str]) -> str:
    """The formula with titles turned into keys, the longest first; texts in quotes stay."""
    known = {title.strip(): key for title, key in titles.items() if title.strip()}
    if not known:
        return formula
    longest = sorted(known, key=len, reverse=True)
    names = re.compile("|".join(_whole(title) for title in longest))
    parts = _TEXT.split(formula)
    return "".join(part if part.startswith('"') else names.sub(lambda m: known[m[0]], part) for part in parts)


def _whole(title: str) -> str:
    """A title is not found inside a longer Latin word."""
    before = r"(?<![A-Za-z0-9_])" if title[0].isascii() and title[0].isalnum() else ""
    after = r"(?![A-Za-z0-9_])" if title[-1].isascii() and title[-1].isalnum() else ""
    return f"{before}{re.escape(title)}{after}"


def split(text: str) -> Iterator[str]:
    """The lines of pasted text that say something."""
    return (line for line in text.splitlines() if line.strip())
