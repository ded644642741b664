"""The app itself: its title, icon and language, its roles, its forms, and giving up or taking back a draft."""

from flask import Blueprint, Response

from dougong.apps import Registry
from dougong.drafts import store
from dougong.drafts.operations import Add, Rename
from dougong.drafts.store import Draft
from dougong.errors import Conflict, NotFound
from dougong.pages import me, reading, writing
from dougong.records import Visit
from dougong.web import choices, guards, htmx
from dougong.words import say
from dougong_builder import bench as benches
from dougong_builder import operating
from dougong_builder.bench import Bench
from dougong_builder.settings_page import Discarded, settings_page
from dougong_builder.trouble import Trouble


def page(visit: Visit, draft: Draft, argument: str, trouble: Trouble | None) -> Response:
    """Draw the page."""
    bench = Bench(visit, draft, trouble)
    return bench.answer("settings", settings_page(bench))


def landing(asked: operating.Asked, entries: tuple[operating.Entry, ...]) -> str:
    """After adding a form, to its fields; after a new key, back to the part under it."""
    done = entries[-1].operation
    here = f"/apps/{asked.app}"
    if isinstance(done, Add) and done.parent == "forms" and done.planted:
        return f"{here}/forms/{done.planted[0].place.split('.')[1]}/design"
    return f"{here}/settings#{done.now}" if isinstance(done, Rename) else ""


@guards.builder
def show(app: str) -> Response:
    """``GET /apps/<app>/settings``."""
    return benches.shown(page, app)


@guards.builder(writes=True)
def discard(app: str) -> Response:
    """Give the draft up; for 30 days it can be taken up again."""

    def work(visit: Visit) -> None:
        store.discard(visit.tx, app, me().id)

    writing(work)
    return htmx.see_other(f"/apps/{app}/discarded")


@guards.builder(writes=True)
def take_up(app: str) -> Response:
    """The draft given up last, open again."""

    def work(visit: Visit) -> None:
        store.take_up(visit.tx, app, me().id)

    try:
        writing(work)
    except (NotFound, Conflict) as error:
        htmx.tell(say(error.code, choices.language(), **error.params), "warn")
        return htmx.see_other(f"/apps/{app}/discarded")
    htmx.tell(say("parts.taken_up", choices.language()))
    return htmx.see_other(f"/apps/{app}/settings")


@guards.builder
def discarded(app: str) -> Response:
    """What can be done after giving a draft up."""
    published = reading(lambda visit: app in Registry(visit.tx).numbers)
    return htmx.answer("builder/settings_discarded.html", Discarded(app, published, store.KEPT.days))


def routes(blueprint: Blueprint) -> None:
    """``/apps/<app>/settings``, ``discard``, ``discarded`` and ``take-up``."""
    operating.SCREENS["settings"] = operating.Screen(page, landing=landing)
    add = blueprint.add_url_rule
    add("/apps/<app>/settings", "settings", show)
    add("/apps/<app>/discard", "discard", discard, methods=["POST"])
    add("/apps/<app>/discarded", "discarded", discarded)
    add("/apps/<app>/take-up", "take_up", take_up, methods=["POST"])
