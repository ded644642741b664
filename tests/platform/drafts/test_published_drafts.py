"""Drafts of published apps."""

from typing import Any

import pytest

from dougong.apps import publish_files
from dougong.db import METADATA
from dougong.drafts import editing, store, tables
from dougong.drafts.operations import Add
from dougong.errors import NotFound


def test_a_published_app_is_opened_as_it_is_and_its_draft_ends_with_the_next_publish(place: Any) -> None:
    database = place.composition.database
    METADATA.create_all(database.engine, tables=[tables.draft, tables.draft_operation])
    app = place.publish({"key": "f", "fields": [{"key": "a", "type": "text", "title": "A"}]})
    draft = database.write(lambda tx: store.open_draft(tx, app, 1))
    assert database.write(lambda tx: store.open_draft(tx, app, 2)).id == draft.id
    assert (draft.base_revision, draft.rev) == (1, 0)
    more = Add(parent="forms.f.fields", type="date", title="日期")
    done = database.write(lambda tx: editing.operate(tx, app, more, 1, 0))
    assert not database.read(lambda tx: store.compiled(tx, store.find_draft(tx, app))).problems
    database.write(lambda tx: publish_files(tx, {f"{app}.json": done.draft.text.encode()}, "page"))
    assert database.read(lambda tx: store.behind(tx, store.find_draft(tx, app)))
    database.write(lambda tx: store.finish(tx, app, 1))
    again = database.write(lambda tx: store.open_draft(tx, app, 1))
    assert (again.base_revision, again.rev, again.text) == (2, 0, done.draft.text)
    with pytest.raises(NotFound):
        database.write(lambda tx: store.open_draft(tx, "nowhere", 1))
