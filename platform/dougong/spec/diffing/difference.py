"""One difference between two specs, in a form that makes sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dougong.spec.diffing.parts import Place, written

What = Literal["added", "removed", "renamed", "moved", "changed"]
GROUPS = ("app", "forms", "lists", "flow", "reports", "access", "tests")
"""The groups that differences are told in, in this order; ``change.group.<name>`` is the heading."""
_GROUP_OF = {
    "roles": "access", "forms": "forms", "lists": "lists", "sources": "reports", "metrics": "reports",
    "reports": "reports", "tests": "tests",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """What happened to one part, or to one of its properties.

    ``part`` is the place of the part in the new spec, of a removed one in the old; ``member`` is the changed property
    (``max_length``, ``number.pattern``), else "". ``before`` and ``after`` are plain JSON values: of a change the
    values, of a renaming the keys, of a move ``{"in": place, "after": key or None}``. ``params`` make the sentence.
    """

    what: What
    kind: str
    part: Place
    member: str = ""
    before: Any = None
    after: Any = None
    code: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> str:
        """The place as everywhere: ``forms.request.fields.total.max_length``."""
        return ".".join(each for each in (written(self.part), self.member) if each)

    @property
    def group(self) -> str:
        """One of ``GROUPS``."""
        inside = self.part[2:3]
        if self.part[:1] == ("forms",) and inside in (("access",), ("flow",)):
            return inside[0]
        return _GROUP_OF.get(self.part[0] if self.part else "", "app")


def grouped(differences: Iterable[Difference]) -> dict[str, list[Difference]]:
    """Differences by group, groups in order, those without one left out."""
    found: dict[str, list[Difference]] = {}
    for each in differences:
        found.setdefault(each.group, []).append(each)
    return {group: found[group] for group in GROUPS if group in found}
