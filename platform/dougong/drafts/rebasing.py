"""A draft put onto what was published since it was opened: three versions become one, and the draft goes on from there."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import update

from dougong import clock
from dougong.apps.published import Registry
from dougong.db import Tx
from dougong.drafts.settling import settled
from dougong.drafts.store import Draft, find_draft, text_of, well_formed
from dougong.drafts.tables import draft as table
from dougong.errors import Conflict
from dougong.spec.merge import Conflict as Clash
from dougong.spec.merge import merge
from dougong.spec.model import FORMAT, App


@dataclass(frozen=True, slots=True)
class Joined:
    """The draft and what was published meanwhile as one spec. ``clashes`` are all places where both changed the same
    thing, ``open`` those for which neither side was chosen: there ``app`` has what the draft says."""

    number: int
    base: App
    published: App
    app: App
    clashes: tuple[Clash, ...]
    open: tuple[Clash, ...]


def joined(tx: Tx, draft: Draft, sides: Mapping[str, str]) -> Joined:
    """What the draft becomes on the published revision; ``sides`` gives ``mine`` or ``theirs`` for the place of a clash.
    Raises NotFound where nothing is published."""
    registry = Registry(tx)
    published = well_formed(registry.text(draft.app))
    base = _base(tx, draft, published)
    merged = merge(base, draft.spec, published)
    app, still = settled(merged, published, sides)
    return Joined(registry.numbers[draft.app], base, published, app, merged.conflicts, still)


def _base(tx: Tx, draft: Draft, published: App) -> App:
    """What the draft began with; one of a new app began with nothing."""
    if draft.base_revision:
        return well_formed(Registry(tx).text(draft.app, draft.base_revision))
    return App(dougong=FORMAT, app=published.app)


def rebase(tx: Tx, app: str, rev: int, sides: Mapping[str, str], person: int | None) -> Draft:
    """Put the open draft onto the published revision. Its log stays: what meanwhile reads otherwise cannot be undone
    unseen, as with every change of somebody else's. Raises Conflict when the draft has another rev, or when a clash has no
    side; NotFound."""
    draft = find_draft(tx, app, lock=True)
    if draft.rev != rev:
        raise Conflict("drafts.changed_meanwhile", rev=draft.rev)
    one = joined(tx, draft, sides)
    if one.open:
        raise Conflict("drafts.sides_missing", n=len(one.open), at=[clash.at for clash in one.open])
    return _moved(tx, draft, text_of(one.app), one.number, person)


def _moved(tx: Tx, draft: Draft, text: str, number: int, person: int | None) -> Draft:
    now, changed = clock.now(), text != draft.text
    rev = draft.rev + 1 if changed else draft.rev  # whoever edits it is told that it reads otherwise now
    values = {"spec": text, "base_revision": number, "rev": rev, "updated_by": person, "updated_at": now}
    tx.conn.execute(update(table).where(table.c.id == draft.id).values(**values))
    return Draft(draft.id, draft.app, number, rev, text, person, now)
