"""The frame around every page about one draft: its app and forms, the tabs, undo and redo, how many faults."""

from dataclasses import dataclass

from dougong import words
from dougong.apps import Registry
from dougong.drafts import log
from dougong.drafts.history import Row, stack
from dougong.drafts.labels import Label
from dougong.drafts.store import Draft, compiled
from dougong.records import Visit
from dougong.spec.model import App
from dougong_builder.trouble import Trouble

FORM_TABS = (("design", "list-plus"), ("rules", "list-checks"), ("flow", "workflow"), ("access", "shield"))
APP_TABS = (("lists", "list"), ("settings", "settings-2"))


@dataclass(frozen=True, slots=True)
class Tab:
    """One way; ``title`` is a catalogue key under ``builder.tab``."""

    title: str
    url: str
    icon: str
    current: bool


@dataclass(frozen=True, slots=True)
class FormLink:
    """A form of the draft that the same tab can show instead."""

    key: str
    title: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """``undo`` and ``redo`` name the step, "" when there is none; ``published`` is the revision people use, 0 for none;
    ``errors`` counts what keeps the draft from being published."""

    app: str
    title: str
    form: str
    form_title: str
    published: int
    changed: bool
    rev: int
    tabs: tuple[Tab, ...]
    forms: tuple[FormLink, ...]
    undo: str
    redo: str
    errors: int
    screen: str
    here: str
    trouble: Trouble | None = None


def frame_of(
    visit: Visit, draft: Draft, tab: str, form: str = "", here: str = "", errors: int | None = None,
    trouble: Trouble | None = None,
) -> Frame:  # fmt: skip
    """The frame of a page: ``tab`` one of FORM_TABS, APP_TABS, or another word; ``here`` the address to come back to.
    ``errors`` saves compiling again where the caller has done it; ``trouble`` is shown above the page."""
    spec, language, key = draft.spec, visit.language, draft.app
    chosen = form or (spec.forms[0].key if spec.forms else "")
    undo, redo = _steps(visit, draft)
    published = Registry(visit.tx).numbers.get(key, 0)
    return Frame(
        app=key, title=words.title(spec.app.title, language, key), form=chosen,
        form_title=_form_title(spec, chosen, language), published=published, changed=draft.rev > 0 or not published,
        rev=draft.rev, tabs=_tabs(key, chosen, tab), forms=_forms(spec, chosen, tab, language), undo=undo, redo=redo,
        errors=len(compiled(visit.tx, draft).problems) if errors is None else errors,
        screen=f"{tab}:{form}" if form else tab, here=here, trouble=trouble,
    )  # fmt: skip


def _form_title(spec: App, key: str, language: str) -> str:
    return next((words.title(form.title, language, form.key) for form in spec.forms if form.key == key), "")


def _tabs(app: str, form: str, current: str) -> tuple[Tab, ...]:
    of_form = [(tab, f"/apps/{app}/forms/{form}/{tab}", icon) for tab, icon in FORM_TABS if form]
    of_app = [(tab, f"/apps/{app}/{tab}", icon) for tab, icon in APP_TABS]
    return tuple(Tab(f"builder.tab.{tab}", url, icon, tab == current) for tab, url, icon in [*of_form, *of_app])


def _forms(spec: App, chosen: str, tab: str, language: str) -> tuple[FormLink, ...]:
    there = tab if tab in dict(FORM_TABS) else "design"
    return tuple(
        FormLink(
            form.key, words.title(form.title, language, form.key), f"/apps/{spec.app.key}/forms/{form.key}/{there}",
            form.key == chosen and tab in dict(FORM_TABS),
        )
        for form in spec.forms
    )  # fmt: skip


def _steps(visit: Visit, draft: Draft) -> tuple[str, str]:
    """What undo and redo would take back and do again, in words."""
    person = visit.actor.id
    steps = stack(log.rows(visit.tx, draft.id, person), person)
    newest = [steps.undo[0] if steps.undo else None, steps.redo[0] if steps.redo else None]
    labels = log.labels(visit.tx, draft.id, [row.seq for row in newest if row])
    return _said(newest[0], labels, visit.language), _said(newest[1], labels, visit.language)


def _said(row: Row | None, labels: dict[int, Label], language: str) -> str:
    return words.sentence(labels[row.seq], language) if row else ""
