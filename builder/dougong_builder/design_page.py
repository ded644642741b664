"""What the designer of a form shows: the frame, the library, the canvas, the panel of what is selected."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import request

from dougong import words
from dougong.drafts import log
from dougong.drafts.store import Draft, compiled
from dougong.errors import Problem
from dougong.fields import Section, type_title
from dougong.pages import names_of
from dougong.records import RecordDesk, Visit
from dougong.spec.model import App, Form
from dougong_builder.design_canvas import Card, cards_of, counted, flat, node_at, owner_of, place_of
from dougong_builder.design_converting import Conversion, conversion, targets
from dougong_builder.design_library import Group, library
from dougong_builder.design_properties import Block, blocks_of, formula_names
from dougong_builder.frame import Frame, frame_of
from dougong_builder.start import form_of
from dougong_builder.trouble import Trouble

RECENT = 300
"""Seconds for which somebody who changed the draft counts as working on it."""
PANES = ("properties", "phone")
LEVELS = ("common", "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The properties of a node, or of the form (``at`` ""). ``faults`` are those of no property shown."""

    at: str
    place: str
    icon: str
    kind: str
    title: str
    blocks: tuple[Block, ...]
    faults: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    converts: tuple[tuple[str, str], ...]
    conversion: Conversion | None
    inside: str
    """What the node lies in: "", section or subtable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignPage:
    """``cards`` are those of the canvas, ``count`` all of them; ``marks`` says which have problems; ``said`` the sentences
    that the page says without asking; ``others`` are the people who have just changed something."""

    frame: Frame
    form: str
    title: str
    help: str
    root: str
    at: str
    cards: tuple[Card, ...]
    count: int
    groups: tuple[Group, ...]
    panel: Panel
    pane: str
    level: str
    preview: str
    marks: str
    others: tuple[str, ...]
    saved: str
    said: str

    @property
    def selected(self) -> Card | None:
        """The card that is selected."""
        return next((card for card in flat(self.cards) if card.at == self.at), None)

    @property
    def design(self) -> str:
        """Its own address, nothing selected."""
        return f"/apps/{self.frame.app}/forms/{self.form}/design"

    def selecting(self, at: str, **more: str) -> str:
        """The address with something selected."""
        wanted = {"at": at, "level": self.level if self.level != LEVELS[0] else "", **more}
        query = urlencode({name: value for name, value in wanted.items() if value})
        return f"{self.design}?{query}" if query else self.design


SENTENCES = (
    "saving", "failed", "moved", "added", "selected", "new_title", "title", "section_end", "first_out", "deleted", "offline",
    "option", "option_delete",
)  # fmt: skip


def page_of(visit: Visit, draft: Draft, form: str, trouble: Trouble | None = None, at: str | None = None) -> DesignPage:
    """The page of a form of the draft; ``at`` overrides what the address selects. Raises NotFound."""
    spec, language = draft.spec, visit.language
    one = form_of(spec, form)
    wanted = request.args.get("at", "") if at is None else at
    at = wanted if node_at(one, wanted) else ""
    problems = compiled(visit.tx, draft).problems
    faults = counted(one, problems)
    cards = cards_of(one, language, faults)
    level, pane = request.args.get("level", ""), request.args.get("pane", "")
    bare = DesignPage(
        frame=frame_of(visit, draft, "design", form, errors=len(problems), trouble=trouble), form=form,
        title=words.title(one.title, language, form), help=words.title(one.help, language), root=f"forms.{form}.fields",
        at=at, cards=cards, count=sum(1 for _ in flat(cards)), groups=library(one, at, language),
        panel=panel_of(spec, one, at, language, problems, trouble), pane=pane if pane in PANES else PANES[0],
        level=level if level in LEVELS else LEVELS[0], preview=f"/a/{draft.app}/{form}/preview", marks=json.dumps(faults),
        others=others_of(visit, draft), saved=saved(visit, draft),
        said=json.dumps({name: words.say(f"design.say.{name}", language, **BLANKS.get(name, {})) for name in SENTENCES}),
    )  # fmt: skip
    return replace(bare, frame=replace(bare.frame, here=bare.selecting(at)))


BLANKS = {
    "moved": {"at": "%1", "of": "%2"}, "added": {"title": "%1", "at": "%2"}, "deleted": {"title": "%1"},
    "first_out": {"title": "%1"}, "option_delete": {"title": "%1"},
}  # fmt: skip
"""Parameters that the page fills in itself."""


def panel_of(
    app: App, form: Form, at: str, language: str, problems: Sequence[Problem], trouble: Trouble | None
) -> Panel:
    """The panel of a node, or of the form."""
    node = node_at(form, at) if at else None
    part = node or form
    blocks = blocks_of(app, form, at, part, language, problems, trouble)
    shown = {f"{place_of(form.key, at)}.{row.name}" for block in blocks for row in block.rows}
    own = [each for each in problems if at and owner_of(form, each.at) == at]
    loose = [
        each for each in own if not any(each.at == one or each.at.startswith((f"{one}.", f"{one}[")) for one in shown)
    ]
    place = place_of(form.key, at) if at else f"forms.{form.key}"
    wanted = request.args.get("convert", "")
    return Panel(
        at=at, place=place, icon=node.icon if node else "file-text",
        kind=type_title(node.type_key(), language) if node else words.say("design.form", language),
        title=words.title(part.title, language, part.key), blocks=blocks,
        faults=tuple(words.sentence(each, language) for each in loose),
        names=formula_names(form, at, language) if node else (), converts=targets(node, language) if node else (),
        conversion=conversion(app, place, wanted, language) if node and wanted else None, inside=_inside(form, at),
    )  # fmt: skip


def _inside(form: Form, at: str) -> str:
    if "." in at:
        return "subtable"

    def holding(nodes: Sequence[object], around: str) -> str:
        for node in nodes:
            if getattr(node, "key", "") == at:
                return around
            if isinstance(node, Section) and (found := holding(node.fields, "section")):
                return found
        return ""

    return holding(form.fields, "") if at else ""


def others_of(visit: Visit, draft: Draft) -> tuple[str, ...]:
    """Who else changed the draft in the last minutes."""
    people = {
        row.person
        for row in log.rows(visit.tx, draft.id)
        if row.person and row.person != visit.actor.id and (visit.now - row.at).total_seconds() < RECENT
    }
    return names_of(RecordDesk(visit), sorted(people)) if people else ()


def saved(visit: Visit, draft: Draft) -> str:
    """``已保存 10:42``; "" for a draft in which nothing was changed."""
    if not draft.rev:
        return ""
    at = draft.updated_at.astimezone(visit.organisation.zone)
    return words.say("design.saved", visit.language, time=f"{at:%H:%M}")
