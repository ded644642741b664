"""Differences as they are told: each with the code and the parameters of its sentence."""

from typing import Any

from dougong.fields import SubTable
from dougong.spec import model, walk
from dougong.spec.diffing import naming
from dougong.spec.diffing.difference import Difference, What
from dougong.spec.diffing.matching import Parts
from dougong.spec.diffing.naming import both
from dougong.spec.diffing.parts import Part, Place, written
from dougong.spec.dump import plain


def coming(what: What, part: Part, table: Parts) -> Difference:
    """A part that is new or gone."""
    detail = _detail(part, table)
    params = {**_subject(part, table), "detail": both("change.detail", text=detail) if detail else ""}
    return Difference(what, part.kind, part.place, code=f"change.{what}", params=params)


def _detail(part: Part, table: Parts) -> Any:
    """What else tells what kind of thing it is."""
    struct = part.struct
    if part.kind in ("field", "column"):
        return both(f"field.type.{part.struct.__struct_config__.tag}")
    if isinstance(struct, model.Form):
        return both("change.fields_count", count=sum(1 for _ in walk.fields(struct)))
    if isinstance(struct, model.Grant):
        return [naming.item(part, "can", action, table) for action in struct.can]
    if isinstance(struct, model.Deciding):
        return naming.whom(struct.who, part, table)
    return ""


def _subject(part: Part, table: Parts) -> dict[str, Any]:
    return {
        "where": naming.where(part, table), "kind": naming.kind_name(part), "title": naming.title_of(part, table),
    }  # fmt: skip


def renamed(old: Part, new: Part, table: Parts) -> Difference:
    """A part whose key is another."""
    params = {**_subject(new, table), "before": old.key, "after": new.key}
    return Difference("renamed", new.kind, new.place, "", old.key, new.key, "change.renamed", params)


def moved(old: Part, new: Part, behind: Place | None, before: Parts, after: Parts) -> Difference:
    """A part that stands elsewhere: in another parent, or behind another neighbour (None: first)."""
    out = {"in": written(new.parent), "after": None if behind is None else after[behind].key}
    came = {"in": written(old.parent), "after": _behind(old, before)}
    elsewhere = (written(old.parent), old.listed) != (written(new.parent), new.listed)
    code = f"change.moved{'_into' if elsewhere else ''}{'_first' if behind is None else '_after'}"
    params = _subject(new, after)
    if behind is not None:
        params["after"] = naming.title_of(after[behind], after)
    if elsewhere:
        params["parent"] = _parent(new, after)
    return Difference("moved", new.kind, new.place, "", came, out, code, params)


def _behind(part: Part, table: Parts) -> str | None:
    several = getattr(table[part.parent].struct, part.listed)
    index = int(part.path[-1])
    return str(several[index - 1].key) if index else None


def _parent(part: Part, table: Parts) -> Any:
    parent = table[part.parent]
    if part.listed == "otherwise":
        return both("change.otherwise", title=naming.title_of(parent, table))
    if isinstance(parent.struct, model.Form | model.Flow | SubTable):
        return both("change.top")
    return both("change.named", kind=naming.kind_name(parent), title=naming.title_of(parent, table))


def changed(part: Part, name: str, was: Any, now: Any, before: Parts, after: Parts) -> Difference:
    """A property whose value is another; ``part`` is the new one."""
    params = _subject(part, after)
    if name == "title" and was:
        params["title"] = naming.everywhere(was)
    params["property"] = naming.property_name(part, name, after)
    code, more = _listing(part, name, was, now, before, after) or ("change.changed", {
        "before": naming.value(part, name, was, before), "after": naming.value(part, name, now, after),
    })  # fmt: skip
    if shown := naming.tongues(was, now):
        params["property"] = naming.in_language_of(params["property"], shown)
        more = {side: naming.in_tongues(text, more[side], shown) for side, text in (("before", was), ("after", now))}
    return Difference("changed", part.kind, part.place, name, plain(was), plain(now), code, {**params, **more})


def _listing(
    part: Part, name: str, was: Any, now: Any, before: Parts, after: Parts
) -> tuple[str, dict[str, Any]] | None:
    """Lists of words are told by what came and what went."""
    lists = [
        each for each in (was, now) if isinstance(each, list | tuple) and all(isinstance(one, str) for one in each)
    ]
    if len(lists) < 2 or not was or not now:
        return None
    plus = [naming.item(part, name, each, after) for each in now if each not in was]
    minus = [naming.item(part, name, each, before) for each in was if each not in now]
    if plus and minus:
        return "change.list_both", {"plus": plus, "minus": minus}
    if plus or minus:
        return ("change.list_added", {"plus": plus}) if plus else ("change.list_removed", {"minus": minus})
    return "change.list_order", {"after": [naming.item(part, name, each, after) for each in now]}
