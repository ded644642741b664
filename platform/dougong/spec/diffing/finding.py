"""Finding a part by what people write: its place, ``form.field`` for short, or a key that only one part has."""

from collections.abc import Iterator

from dougong.errors import NotFound
from dougong.spec import model
from dougong.spec.diffing.matching import Parts
from dougong.spec.diffing.parts import Part, parts
from dougong.spec.nearest import meant

_WITHIN = ("fields", "statuses", "checks", "access")


def find(app: model.App, name: str) -> Part:
    """The part ``forms.request.fields.total``, for short ``request.total`` or ``purchase.request.total``; an option is
    ``request.category.options.asset``, a status ``request.ordering``, a role ``roles.buyer`` or, where no other thing
    has that key, ``buyer``. A field comes before a status, check, grant or step of the same key.

    Raises NotFound when there is none, or when several could be meant.
    """
    table = parts(app)
    steps = tuple(name.split("."))
    for way in (steps, steps[1:] if steps[0] == app.app.key else ()):
        found = list(dict.fromkeys(_meant(way, table))) if way else []
        if len(found) > 1:
            raise NotFound("change.several_such", name=name, choices=[table[place].name for place in found])
        if found:
            return table[found[0]]
    names = [part.name for part in table.values()] + [_short(part) for part in table.values()]
    near = meant(name, [each for each in names if each])
    raise NotFound("change.no_such_place", name=name, nearest=near["nearest"], choices=near["choices"])


def _meant(steps: tuple[str, ...], table: Parts) -> Iterator[tuple[str, ...]]:
    """The places that these steps can mean; the first way that leads anywhere counts."""
    if steps in table:
        yield steps
        return
    form, *inside = steps
    ways = [("forms", form, within, *inside) for within in _WITHIN] if inside else []
    ways += [("forms", form, "flow", "steps", *inside)] if inside else []
    found = [way for way in ways if way in table][:1]
    if not inside:
        found = [place for place in table if len(place) == 2 and place[1] == form]
    yield from found


def _short(part: Part) -> str:
    return part.name.removeprefix("forms.").replace(".fields.", ".", 1) if part.place[:1] == ("forms",) else part.key
