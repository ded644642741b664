"""The page of an app's settings as one frozen object."""

from dataclasses import dataclass
from datetime import datetime

from dougong.drafts import store
from dougong.spec import model
from dougong.web import assets
from dougong_builder.bench import Bench
from dougong_builder.breaking import Named, broken, holds, kind_and_title, used
from dougong_builder.entries import Entry
from dougong_builder.faults import Said
from dougong_builder.frame import Frame
from dougong_builder.whereabouts import whereabouts

OWN_ICONS = (
    "app-window", "banknote", "book-open", "briefcase", "building-2", "calendar", "car", "chart-column", "clipboard-list",
    "factory", "file-text", "folder", "graduation-cap", "heart-pulse", "landmark", "layout-grid", "package", "plane",
    "shopping-cart", "shield", "truck", "users", "wallet", "warehouse", "wrench",
)  # fmt: skip
"""What an app may choose, of those in the sprite, in the order they are offered."""
KINDS = ("roles", "forms")


@dataclass(frozen=True, slots=True)
class Discarded:
    """The page after a draft was given up: whether the app is published all the same."""

    app: str
    published: bool
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A role or a form."""

    place: str
    id: str
    key: str
    title: str
    note: str
    entries: tuple[Entry, ...]
    faults: tuple[Said, ...]
    open: bool
    url: str
    first: bool
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is asked before a key is changed or a part deleted: the places it touches."""

    what: str
    place: str
    kind: str
    title: str
    key: str
    typed: str
    places: tuple[Named, ...]
    faults: tuple[Said, ...]
    on_others: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsPage:
    """``icons`` pairs each icon with whether it is chosen; ``discarded`` is when a draft was given up that can be taken
    back."""

    frame: Frame
    here: str
    entries: tuple[Entry, ...]
    icons: tuple[tuple[str, bool], ...]
    icon_faults: tuple[Said, ...]
    key: str
    roles: tuple[Item, ...]
    forms: tuple[Item, ...]
    new_role: str
    new_form: str
    asking: Asking | None
    changed: bool
    fresh: bool
    discarded: datetime | None
    days: int


def settings_page(bench: Bench) -> SettingsPage:
    """The page."""
    here = f"/apps/{bench.draft.app}/settings"
    sheet, head, draft = bench.sheet("app"), bench.spec.app, bench.draft
    chosen = (bench.typed("app") or {}).get("p.icon", [head.icon])[-1]
    known = [icon for icon in OWN_ICONS if icon in assets.icons()]
    asking = _asking(bench)
    return SettingsPage(
        frame=bench.frame("settings", f"{here}?{asking.what}={asking.place}" if asking else here), here=here,
        entries=(sheet.words("title"), sheet.pick("language", kind="radios"), sheet.words("help", "sentences")),
        icons=tuple((icon, icon == chosen) for icon in dict.fromkeys([*known, head.icon])),
        icon_faults=bench.faults.at("app.icon"), key=head.key,
        roles=tuple(_role(bench, index) for index in range(len(bench.spec.roles))),
        forms=tuple(_form(bench, index) for index in range(len(bench.spec.forms))),
        new_role=bench.added("roles").get("title", ""), new_form=bench.added("forms").get("title", ""),
        asking=asking, changed=draft.rev > 0, fresh=not draft.base_revision,
        discarded=store.discarded(bench.visit.tx, draft.app), days=store.KEPT.days,
    )  # fmt: skip


def _item(
    bench: Bench, place: str, part: model.Role | model.Form, entries: tuple[Entry, ...], note: str, faults: tuple[Said, ...],
    url: str, index: int, count: int,
) -> Item:  # fmt: skip
    chosen = bench.asked("form") == part.key or bench.typed(place) is not None
    return Item(
        place=place, id=place, key=part.key, title=bench.title(part.title, part.key), note=note, entries=entries,
        faults=faults, open=chosen or bool(faults), url=url, first=index == 0, last=index == count - 1,
    )  # fmt: skip


def _role(bench: Bench, index: int) -> Item:
    role = bench.spec.roles[index]
    place = f"roles.{role.key}"
    entries = (bench.sheet(place).words("title"),)
    return _item(bench, place, role, entries, "", bench.faults.at(place), "", index, len(bench.spec.roles))


def _form(bench: Bench, index: int) -> Item:
    form = bench.spec.forms[index]
    place = f"forms.{form.key}"
    sheet = bench.sheet(place)
    wrong = (*bench.faults.at(f"{place}.title"), *bench.faults.at(f"{place}.key"), *bench.faults.exactly(place))
    count = len(bench.compiled_form(form.key).fields)
    url = whereabouts(bench.draft.app, f"{place}.fields")
    entries = (sheet.words("title"), sheet.words("help", "sentences"))
    note = bench.say("parts.fields_count", n=count)
    return _item(bench, place, form, entries, note, wrong, url, index, len(bench.spec.forms))


def _asking(bench: Bench) -> Asking | None:
    """``?rename=forms.request`` and ``?delete=roles.buyer``; anything else asks nothing."""
    for what in ("rename", "delete"):
        place = bench.asked(what)
        if place.split(".")[0] in KINDS and place.count(".") == 1 and holds(bench, place):
            kind, title = kind_and_title(bench, place)
            key = place.partition(".")[2]
            trouble = bench.trouble
            places = used(bench, place) if what == "rename" else broken(bench, place)
            return Asking(
                what=what, place=place, kind=kind, title=title, key=key,
                typed=trouble.asked.one("key", key) if trouble else key, places=places,
                faults=bench.faults.exactly(place) if trouble else (),
                on_others=any(each.other_app for each in places),
            )  # fmt: skip
    return None
