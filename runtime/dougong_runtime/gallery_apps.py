"""The apps a person may do something in, and what there is to do in each."""

from dataclasses import dataclass

from dougong import words
from dougong.apps import PublishedApp
from dougong.records import Visit
from dougong.tables import LiveForm
from dougong.web.assets import icons
from dougong_runtime.app_of import apps_of
from dougong_runtime.lists_target import made_up


@dataclass(frozen=True, slots=True)
class Way:
    """One thing to do: its title, its help, its address."""

    title: str
    url: str
    help: str = ""
    icon: str = "file-text"


@dataclass(frozen=True, slots=True)
class AppCard:
    """An app with the forms to fill in, the lists and the reports that are open to the person."""

    key: str
    title: str
    icon: str
    url: str
    forms: tuple[Way, ...]
    lists: tuple[Way, ...]
    reports: tuple[Way, ...]


def open_apps(visit: Visit) -> tuple[AppCard, ...]:
    """Every published app in which the person may create or read something."""
    published: list[PublishedApp] = list(apps_of(visit))
    cards = (app_card(visit, each) for each in published)
    return tuple(card for card in cards if card.forms or card.lists)


def app_card(visit: Visit, published: PublishedApp) -> AppCard:
    """What an app offers the person; nothing at all when it is not open to them."""
    head = published.compiled.spec.app
    forms = published.forms
    readable = {key for key, live in forms.items() if visit.view(live).may("read")}
    return AppCard(
        key=published.key, title=words.title(head.title, visit.language, published.key),
        icon=head.icon if head.icon in icons() else "app-window", url=f"/a/{published.key}/",
        forms=tuple(_to_fill(visit, live) for live in forms.values() if visit.view(live).may("create")),
        lists=_lists(visit, published, readable), reports=_reports(visit, published, readable),
    )  # fmt: skip


def _to_fill(visit: Visit, live: LiveForm) -> Way:
    spec, language = live.form.spec, visit.language
    title = words.title(spec.title, language, spec.key)
    return Way(title, f"/a/{live.form.app}/{spec.key}/new", words.title(spec.help, language), "pencil")


def _lists(visit: Visit, published: PublishedApp, readable: set[str]) -> tuple[Way, ...]:
    language, key = visit.language, published.key
    found = [
        Way(words.title(each.spec.title, language, name), f"/a/{key}/lists/{name}", _form(visit, published, each.form.key))
        for name, each in published.compiled.lists.items()
        if each.form.key in readable
    ]
    listed = {each.form.key for each in published.compiled.lists.values()}
    for form in published.forms:
        if form in readable - listed:
            title = words.title(made_up(published.forms[form].form).title, language, form)
            found.append(Way(title, f"/a/{key}/{form}/", icon="list"))
    return tuple(found)


def _form(visit: Visit, published: PublishedApp, form: str) -> str:
    """The form of a list, where an app has several."""
    if len(published.forms) < 2:
        return ""
    return words.title(published.forms[form].form.spec.title, visit.language, form)


def _reports(visit: Visit, published: PublishedApp, readable: set[str]) -> tuple[Way, ...]:
    return tuple(
        Way(words.title(each.spec.title, visit.language, name), f"/a/{published.key}/reports/{name}", icon="chart-column")
        for name, each in published.compiled.reports.items()
        if each.form.key in readable
    )
