"""What the plain pages about a draft work with: who asks, the draft compiled, what is wrong with it, what was refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import parse_qs, urlsplit

import msgspec
from flask import Response, request

from dougong import words
from dougong.drafts import keys, tree
from dougong.drafts.store import Draft, compiled, find_draft
from dougong.fields.base import LocalText
from dougong.pages import reading
from dougong.records import Visit
from dougong.spec.compiled import CompiledApp, CompiledForm
from dougong.spec.model import App, Form
from dougong.spec.system import system_title
from dougong.web import htmx
from dougong_builder.entries import Sheet, Typed
from dougong_builder.faults import Faults, Said, said
from dougong_builder.frame import Frame, frame_of
from dougong_builder.start import form_of, opened
from dougong_builder.trouble import Trouble

Page = Callable[[Visit, Draft, str, Trouble | None], Response]


def shown(page: Page, app: str, argument: str = "") -> Response:
    """The page of an open draft; where there is none yet, one is opened first."""
    opened(app)
    return reading(lambda visit: page(visit, find_draft(visit.tx, app), argument, None))


@dataclass(frozen=True)
class Bench:
    """One draft on one page: ``trouble`` is what became of a change that was not taken."""

    visit: Visit
    draft: Draft
    trouble: Trouble | None

    @property
    def language(self) -> str:
        """The reader's."""
        return self.visit.language

    @property
    def spec(self) -> App:
        """The spec as edited so far."""
        return self.draft.spec

    @cached_property
    def compiled(self) -> CompiledApp:
        """The draft as far as it can be used."""
        return compiled(self.visit.tx, self.draft)

    @cached_property
    def faults(self) -> Faults:
        """Everything wrong, the refused change first."""
        refused = self.trouble.problems if self.trouble else ()
        return Faults((*refused, *self.compiled.problems), self.language)

    def numbered(self, place: str) -> tuple[Said, ...]:
        """What is wrong with one name in a list, such as ``lists.open.columns[2]``."""
        found = (problem for problem in self.compiled.problems if problem.at == place)
        return tuple(said(problem, self.language) for problem in found)

    def asked(self, name: str) -> str:
        """A parameter of the page's own address, also when a change posted from it was not taken."""
        if self.trouble is None:
            return request.args.get(name, "")
        return parse_qs(urlsplit(self.trouble.asked.back).query).get(name, [""])[-1]

    def typed(self, place: str) -> Typed | None:
        """What a refused form about ``place`` held."""
        asked = self.trouble.asked if self.trouble else None
        if asked is None or asked.op == "add" or place != self.trouble.place:  # type: ignore[union-attr]
            return None
        return asked.given

    def added(self, parent: str) -> Mapping[str, str]:
        """What a refused form that adds to ``parent`` held, by name."""
        asked = self.trouble.asked if self.trouble else None
        if asked is None or asked.op not in ("add", "bulk_add") or asked.one("parent") != parent:
            return {}
        return {name: texts[-1] for name, texts in asked.given.items() if texts}

    def sheet(self, place: str) -> Sheet:
        """A form about the part at a place; raises Conflict when it is gone."""
        part: msgspec.Struct = tree.at(self.spec, tree.find(self.spec, place))
        return Sheet(place, part, self.language, self.faults, self.spec.app.language, self.typed(place))

    def frame(self, tab: str, here: str, form: str = "", argument: str = "") -> Frame:
        """The frame around the page; ``argument`` is what the page is called with again."""
        made = frame_of(
            self.visit, self.draft, tab, form, here, errors=len(self.compiled.problems), trouble=self.trouble
        )
        return replace(made, screen=f"{tab}:{argument}") if argument else made

    def answer(self, template: str, page: object) -> Response:
        """The page, with the status of what went wrong."""
        return htmx.answer(f"builder/{template}.html", page, status=self.trouble.status if self.trouble else 200)

    # -- names --------------------------------------------------------------------------------------------------------
    def say(self, key: str, **params: object) -> str:
        """A sentence in the reader's language."""
        return words.say(key, self.language, **params)

    def title(self, text: LocalText, fallback: str = "") -> str:
        """A text people wrote, in the reader's language."""
        return words.title(text, self.language, fallback)

    def form(self, key: str) -> Form:
        """A form of the draft; raises NotFound."""
        return form_of(self.spec, key)

    def compiled_form(self, key: str) -> CompiledForm:
        """The same, compiled as far as it goes."""
        return self.compiled.forms[form_of(self.spec, key).key]

    def field_title(self, form: CompiledForm, path: str) -> str:
        """What a field, or one of the system's, is called; its key when there is none."""
        if path in form.fields or "." in path:
            try:
                return self.title(form.field(path).spec.title, path)
            except KeyError:
                return path
        try:
            return self.title(system_title(path), path)
        except KeyError:
            return path

    def free_key(self, listed: str, stem: str) -> str:
        """A key that nothing in the list ``listed`` (a place) has yet."""
        path = tree.listed(self.spec, listed)
        return keys.free(stem, keys.space(self.spec, path)[1] | keys.reserved(path))
