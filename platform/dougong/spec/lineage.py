"""Which field of a newer spec is which of an older one, through every rename between them."""

from collections.abc import Mapping
from dataclasses import dataclass

from dougong.spec.diffing.matching import matched
from dougong.spec.diffing.parts import parts
from dougong.spec.model import App


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a form was: ``form`` its key, ``fields`` the path each field that was there already had (``total``,
    ``lines.price``), by the path it has now."""

    form: str
    fields: Mapping[str, str]

    @property
    def tables(self) -> dict[str, str]:
        """Sub-table key now → sub-table key then, "" for the form itself."""
        inner = {path.partition(".")[0]: old.partition(".")[0] for path, old in self.fields.items() if "." in path}
        return {"": "", **inner}


def lineage(old: App, new: App) -> dict[str, Lineage]:
    """By the key of each form of ``new`` that ``old`` has too."""
    before, after = parts(old), parts(new)
    pairs = matched(before, after)
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for place, part in after.items():
        there = pairs.get(place)
        if there is None:
            continue
        if part.kind == "form":
            found[part.key] = (there[-1], {})
        elif part.kind in ("field", "column") and before[there].kind == part.kind:
            found[place[1]][1][".".join(place[3:])] = ".".join(there[3:])
    return {key: Lineage(form, fields) for key, (form, fields) in found.items()}
