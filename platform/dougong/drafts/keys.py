"""Keys: derived from titles, each once among those it must differ from, never one that is reserved."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from pypinyin import Style, lazy_pinyin

from dougong.drafts import tree
from dougong.fields import SubTable
from dougong.fields.base import LocalText
from dougong.spec import model
from dougong.spec.model import App
from dougong.spec.positions import Path
from dougong.spec.walk import nodes, steps

LONGEST = 48
KEY = re.compile(r"[a-z][a-z0-9_]{0,47}")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]+")
_WORDS = re.compile("[a-z0-9]+")
_RESERVED = {
    "fields": frozenset({*model.SYSTEM_FIELDS, "true", "false", "fields"}),
    "forms": frozenset(model.RESERVED_FORMS),
    "statuses": frozenset(model.FIXED_STATUSES),
    "steps": frozenset({"steps"}),
    "otherwise": frozenset({"steps"}),
}


def derived(title: LocalText, taken: Collection[str], fallback: str) -> str:
    """A key for ``title``: of its English words, else of how its Chinese reads; ``fallback`` when neither says anything."""
    wording = title if isinstance(title, str) else title.get("en") or next(iter(title.values()), "")
    words = _WORDS.findall(_latin(wording))
    if words and words[0][0].isdigit():
        words = [fallback, *words]
    return free(_cut(words) or fallback, taken)


def _latin(text: str) -> str:
    """Lower-case Latin letters and digits: Chinese as it reads, accents gone, each run of Chinese one word."""
    text = unicodedata.normalize("NFKC", text)[:200]
    read = _HAN.sub(lambda run: f" {''.join(lazy_pinyin(run[0], style=Style.NORMAL, errors='ignore'))} ", text)
    spread = unicodedata.normalize("NFKD", read).casefold()
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def _cut(words: list[str]) -> str:
    """As many whole words as fit; of a first one that does not, what fits."""
    key = ""
    for word in words:
        longer = f"{key}_{word}" if key else word[:LONGEST]
        if len(longer) > LONGEST:
            break
        key = longer
    return key


def free(key: str, taken: Collection[str]) -> str:
    """``key``, or the first of ``key_2``, ``key_3`` … that is not taken."""
    if key not in taken:
        return key
    stem = re.sub(r"_[0-9]{1,6}$", "", key) or key
    number = 2
    while (made := f"{stem[: LONGEST - len(str(number)) - 1]}_{number}") in taken:
        number += 1
    return made


def space(app: App, listed: Path) -> tuple[str, frozenset[str]]:
    """The name space of a list: a name for it, and the keys in it. Fields of all sections of a form share one, and the
    steps of a flow."""
    owner, member = tree.at(app, listed[:-1]), str(listed[-1])
    if member == "fields" and not isinstance(owner, SubTable):
        form = tree.at(app, listed[:2])
        return f"forms.{form.key}.fields", frozenset(one.node.key for one in nodes(form) if not one.table)
    if member in ("steps", "otherwise"):
        flow = tree.at(app, listed[:3])
        return tree.named(app, (*listed[:3], "steps")), frozenset(step.key for _, step in steps(flow))
    if isinstance(owner, model.Report) and member != "metrics":
        return f"reports.{owner.key}", frozenset(each.key for each in (*owner.groups, *owner.columns))
    return tree.named(app, listed), frozenset(tree.key_of(each) for each in tree.at(app, listed))


def reserved(listed: Path) -> frozenset[str]:
    """Keys that nothing in this list may have."""
    return _RESERVED.get(str(listed[-1]), frozenset())


@dataclass(frozen=True, slots=True)
class Group:
    """Plain parts of some content that come into one name space, and the keys they may not have there."""

    parts: tuple[dict[str, Any], ...]
    space: str
    taken: frozenset[str]
    reserved: frozenset[str]


def groups(app: App, listed: Path, content: Any) -> list[Group]:
    """What of ``content`` needs keys of its own when it comes into a list: the part itself, the fields of a section, the
    steps of a branching or a branch."""
    if not isinstance(content, dict):
        return []
    if listed[-1] != "branches":
        return [Group(tuple(_within(content)), *space(app, listed), reserved(listed))]
    main: Path = (*listed[:3], "steps")
    inner = tuple(part for step in content.get("steps", ()) for part in _within(step))
    return [
        Group((content,), *space(app, listed), reserved(listed)),
        Group(inner, *space(app, main), reserved(main)),
    ]


def _within(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield content
    inner = list(content.get("fields", ())) if content.get("type") == "section" else []
    if content.get("type") == "branch":
        inner += [step for branch in content.get("branches", ()) for step in branch.get("steps", ())]
        inner += content.get("otherwise", ())
    for each in inner:
        yield from _within(each)
