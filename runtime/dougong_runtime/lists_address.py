"""What the address of a list asks for, and the addresses of what is one click away; everything a list shows is in it.

``q`` is the text searched for, ``f.<key>.<operator>`` a filter (repeated for several values), ``sort`` the sort keys by
comma, ``after`` where a page starts, ``source`` the rows a report counts. A parameter of no other name is taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from dougong.fields import operators
from dougong.records.filters import Filter
from dougong.records.order import SortKey

_PLAIN = frozenset({"q", "sort", "after", "source", "totals", "part"})
_PICKER = (".text", ".was")
MOST_SORT_KEYS = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """A list's address, read. ``sort`` is empty for the list's own order; ``tidy`` says that nothing was left out."""

    text: str = ""
    filters: tuple[Filter, ...] = ()
    sort: tuple[SortKey, ...] = ()
    after: str = ""
    source: str = ""
    totals: bool = False
    tidy: bool = True

    @property
    def narrowed(self) -> bool:
        """Whether anything is searched or filtered."""
        return bool(self.text or self.filters or self.source)

    def query(self) -> str:
        """The query string, in one spelling."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [("source", self.source)] if self.source else []
        for one in self.filters:
            pairs += [(f"f.{one.key}.{one.operator}", value) for value in one.values or ("1",)]
        pairs += [("sort", ",".join(map(str, self.sort)))] if self.sort else []
        pairs += [("after", self.after)] if self.after else []
        return urlencode([*pairs, ("totals", "1")] if self.totals else pairs)

    def url(self, path: str) -> str:
        """The address at ``path``."""
        query = self.query()
        return f"{path}?{query}" if query else path

    def sorted_by(self, key: SortKey) -> "Asked":
        """The same, from its start, in another order."""
        return replace(self, sort=(key,), after="", totals=False)

    def without(self, index: int) -> "Asked":
        """The same without one of its filters."""
        return replace(self, filters=self.filters[:index] + self.filters[index + 1 :], after="", totals=False)


def read_address(args: "MultiDict[str, str]") -> Asked:
    """What the query string asks for; raises BadRequest for what is none of a list's parameters."""
    for name in args:
        if name not in _PLAIN and not name.startswith("f."):
            raise BadRequest(f"unknown parameter {name[:40]}")
    given = {name: [v.strip() for v in args.getlist(name) if v.strip()] for name in args}
    filters = _filters(given)
    tidy = not any(name.endswith(_PICKER) or not given[name] for name in given)
    return Asked(
        text=" ".join(given.get("q", []))[:100], filters=filters, sort=_sort(",".join(given.get("sort", []))),
        after="".join(given.get("after", [])[:1]), source="".join(given.get("source", [])[:1]),
        totals="1" in given.get("totals", []), tidy=tidy,
    )  # fmt: skip


def _sort(text: str) -> tuple[SortKey, ...]:
    keys = tuple(SortKey.parse(each) for each in text.split(",") if each.lstrip("-"))
    if len(keys) > MOST_SORT_KEYS or len({key.key for key in keys}) != len(keys):
        raise BadRequest("too many sort keys")
    return keys


def _filters(given: Mapping[str, list[str]]) -> tuple[Filter, ...]:
    found: list[Filter] = []
    for name, values in given.items():
        if not name.startswith("f.") or name.endswith(".was"):
            continue
        typed = name.removesuffix(".text")
        if typed != name and (given.get(typed) and given.get(f"{typed}.was") == values):
            continue  # a picker's text that its key already says
        key, _, operator = typed[2:].rpartition(".")
        if not key or operator not in operators.ALL:
            raise BadRequest(f"unknown parameter {name[:40]}")
        if operator in operators.WITHOUT_VALUE:
            found += [Filter(key, operator)] if values else []
        elif values and not (typed == name and _retyped(given, name)):
            found.append(Filter(key, operator, tuple(dict.fromkeys(values)) if operator == "in" else tuple(values)))
    return tuple(found)


def _retyped(given: Mapping[str, list[str]], name: str) -> bool:
    """Whether another text was typed into a picker without JavaScript, so that its key is the old one."""
    texts = given.get(f"{name}.text")
    return texts is not None and texts != given.get(f"{name}.was", [])
