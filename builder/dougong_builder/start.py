"""What an address of the builder names: the open draft of an app, a form of it."""

from dougong.drafts.store import Draft, open_draft
from dougong.errors import NotFound
from dougong.pages import me, writing
from dougong.records import Visit
from dougong.spec.model import App, Form, ListView


def draft_of(visit: Visit, app: str) -> Draft:
    """The open draft, on a visit that may write: where there is none, one of the published spec. Raises NotFound."""
    return open_draft(visit.tx, app, visit.actor.id)


def opened(app: str) -> Draft:
    """The open draft of an app in a transaction of its own, made where there is none. Raises NotFound."""
    return writing(lambda visit: open_draft(visit.tx, app, me().id))


def form_of(spec: App, key: str) -> Form:
    """The form of a draft; raises NotFound."""
    found = next((form for form in spec.forms if form.key == key), None)
    if found is None:
        raise NotFound("apps.form_not_found", form=f"{spec.app.key}.{key}")
    return found


def list_of(spec: App, key: str) -> ListView:
    """The list of a draft; raises NotFound."""
    found = next((each for each in spec.lists if each.key == key), None)
    if found is None:
        raise NotFound("apps.not_found", app=f"{spec.app.key}.{key}")
    return found
