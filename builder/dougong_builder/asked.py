"""What a page asks to be done to a draft: the fields of its form, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from werkzeug.datastructures import ImmutableMultiDict

from dougong.web.addresses import local

PROPERTY = "p."
OUR_OWN = frozenset({"csrf_token", "screen", "back", "base_rev", "token", "do", "force"})

Given = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for a change. ``base_rev`` is None when the page did not say; ``given`` are the further fields by name,
    each with all its texts; ``first_save`` says that a button inside a property form was pressed: what was typed there is
    saved before what the button does."""

    app: str
    screen: str
    argument: str
    back: str
    base_rev: int | None
    token: str
    force: bool
    op: str
    given: Given
    first_save: bool = False

    def one(self, name: str, fallback: str = "") -> str:
        """The last text of a field."""
        texts = self.given.get(name, ())
        return texts[-1].strip() if texts else fallback

    def all(self, name: str) -> tuple[str, ...]:
        """Every text of a field that says something."""
        return tuple(text.strip() for text in self.given.get(name, ()) if text.strip())

    def has(self, name: str) -> bool:
        """Whether the field came at all, be it blank."""
        return name in self.given

    @property
    def properties(self) -> dict[str, tuple[str, ...]]:
        """``p.<property>`` by property; one that ``_has`` names and that did not come was cleared."""
        found = {name[len(PROPERTY) :]: texts for name, texts in self.given.items() if name.startswith(PROPERTY)}
        return found | {name: () for name in self.all("_has") if name not in found}

    @property
    def again(self) -> tuple[tuple[str, str], ...]:
        """The fields to send to ask the same thing once more; those of the frame left out."""
        return (
            ("op", self.op),
            *((name, text) for name, texts in self.given.items() for text in texts if name != "op"),
        )


def read(app: str, form: ImmutableMultiDict[str, str]) -> Asked:
    """The request of a posted form; a pressed ``do`` button goes before the fields around it."""
    given = {name: tuple(form.getlist(name)) for name in form if name not in OUR_OWN}
    pressed = parse_qsl(form.get("do", ""), keep_blank_values=True, max_num_fields=40)
    saving = bool(pressed) and any(name.startswith(PROPERTY) for name in given) and bool(form.get("place"))
    if pressed:
        given = {
            name: texts
            for name, texts in given.items()
            if saving and (name[:2] == PROPERTY or name in ("_has", "place"))
        }
        for name, text in pressed:
            given[name] = (text,) if name not in dict(pressed[: pressed.index((name, text))]) else (*given[name], text)
    number = form.get("base_rev", "")
    screen, _, argument = form.get("screen", "").partition(":")
    op = given.get("op", ("",))[-1]
    return Asked(
        app=app, screen=screen, argument=argument, back=local(form.get("back"), f"/apps/{app}/settings"),
        base_rev=int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None,
        token=form.get("token", "")[:64], force=form.get("force") == "1" or given.get("force") == ("1",), op=op, given=given,
        first_save=saving and op != "save",
    )  # fmt: skip
