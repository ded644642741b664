"""Everything that waits for a person, one after another."""

from dataclasses import dataclass

from flask import Blueprint, Response, request

from dougong.pages import reading
from dougong.records import Visit
from dougong.web import guards, htmx
from dougong_runtime.inbox_tasks import TaskCard, open_tasks


@dataclass(frozen=True, slots=True)
class Kind:
    """The tasks of one form."""

    title: str
    count: int
    url: str
    on: bool


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Tasks, the longest waiting first, and the forms they are of."""

    kinds: tuple[Kind, ...]
    tasks: tuple[TaskCard, ...]
    all_count: int
    form: str


@guards.signed_in
def show() -> Response:
    """The inbox; ``?form=app.form`` for tasks of one form."""
    return htmx.answer("runtime/inbox.html", reading(lambda visit: _page(visit, request.args.get("form", ""))))


def _page(visit: Visit, form: str) -> InboxPage:
    back = f"/inbox?form={form}" if form else "/inbox"
    tasks = open_tasks(visit, back.replace("?", "%3F").replace("=", "%3D"))
    titles = {task.form: task.form_title for task in tasks}
    kinds = tuple(
        Kind(title, sum(task.form == ref for task in tasks), f"/inbox?form={ref}", ref == form)
        for ref, title in titles.items()
    )
    shown = tuple(task for task in tasks if not form or task.form == form)
    return InboxPage(kinds, shown, len(tasks), form)


def routes(blueprint: Blueprint) -> None:
    """``/inbox``."""
    blueprint.add_url_rule("/inbox", "inbox", show)
