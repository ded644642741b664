"""Published apps, compiled once per process and revision, and found by every room through one registry."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select

from dougong.apps.tables import app, revision
from dougong.db import Again, Tx
from dougong.errors import NotFound
from dougong.spec.compile import compile_app
from dougong.spec.compiled import CompiledApp
from dougong.spec.model import App
from dougong.spec.parse import parse
from dougong.tables import LiveForm, load_physical

_KEPT = 400


@dataclass(frozen=True, slots=True)
class PublishedApp:
    """A revision ready to live in."""

    compiled: CompiledApp
    forms: Mapping[str, LiveForm]
    number: int

    @property
    def key(self) -> str:
        """The app's key."""
        return self.compiled.key


Kept = dict[tuple[str, int], PublishedApp]

_cache: WeakKeyDictionary[Engine, Kept] = WeakKeyDictionary()
_lock = threading.Lock()
_UNCOMMITTED = "apps.uncommitted"


def uncommitted(tx: Tx) -> Kept:
    """The revisions published in this transaction: nobody else may meet them before the commit, or after a rollback."""
    kept: Kept = tx.memo.setdefault(_UNCOMMITTED, {})
    return kept


class Registry:
    """The published apps as one transaction sees them; implements ``tables.Forms``."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self._numbers: dict[str, int] | None = None
        self._held: set[str] = set()

    @property
    def numbers(self) -> Mapping[str, int]:
        """App key → published revision, read once per transaction."""
        if self._numbers is None:
            rows = self.tx.conn.execute(select(app.c.key, app.c.revision).order_by(app.c.key))
            self._numbers = {row.key: row.revision for row in rows}
        return self._numbers

    def app(self, key: str) -> PublishedApp:
        """The published app; raises NotFound."""
        number = self.numbers.get(key)
        if number is None:
            raise NotFound("apps.not_found", app=key)
        return self.at(key, number)

    def at(self, key: str, number: int) -> PublishedApp:
        """A revision of an app, published now or once."""
        place = (key, number)
        fresh = uncommitted(self.tx)
        if place in fresh:
            return fresh[place]
        with _lock:
            kept = _cache.setdefault(self.tx.conn.engine, {})
            found = kept.get(place)
        if found is None:
            found = self._load(key, number)
            with _lock:
                if len(kept) >= _KEPT:
                    kept.clear()
                kept[place] = found
        return found

    def publish(self, key: str, number: int) -> PublishedApp:
        """The revision just stored in this transaction."""
        found = uncommitted(self.tx)[key, number] = self._load(key, number)
        self._numbers = {**self.numbers, key: number}
        return found

    def hold(self, live: LiveForm) -> None:
        """Keep the form's app from being published until this writing transaction ends; raises db.Again when it has
        been since ``live`` was read. Writers hold it together, a publish alone."""
        key = live.form.app
        if key in self._held:
            return
        held = self.tx.conn.execute(select(app.c.revision).where(app.c.key == key).with_for_update(read=True)).scalar()
        if held != live.revision:
            raise Again
        self._held.add(key)

    def apps(self) -> Iterator[PublishedApp]:
        """Every published app, by key."""
        return (self.app(key) for key in self.numbers)

    def form(self, ref: str) -> LiveForm:
        """The live form ``app.form``; raises NotFound."""
        app_key, _, form_key = ref.partition(".")
        found = self.app(app_key).forms.get(form_key)
        if found is None:
            raise NotFound("apps.form_not_found", form=ref)
        return found

    def form_at(self, ref: str, revision: int) -> LiveForm:
        """The form as a revision had it, over the tables as they are; raises NotFound."""
        app_key, _, form_key = ref.partition(".")
        found = self.at(app_key, revision).forms.get(form_key)
        if found is None:
            raise NotFound("apps.form_not_found", form=ref)
        return found

    def referring(self, ref: str) -> Sequence[tuple[LiveForm, str]]:
        """Every live form with a reference field to ``ref``, and the path of that field."""
        found: list[tuple[LiveForm, str]] = []
        for published in self.apps():
            for live in published.forms.values():
                fields = [*live.form.fields.values(), *(f for rows in live.form.rows.values() for f in rows.values())]
                found += [(live, f.path) for f in fields if any(c.references == ref for c in f.spec.columns())]
        return found

    def spec(self, key: str) -> App | None:
        """The published spec of an app, None when there is none; what references between apps are checked against."""
        return self.app(key).compiled.spec if key in self.numbers else None

    def text(self, key: str) -> str:
        """The published spec as it is stored; raises NotFound."""
        if key not in self.numbers:
            raise NotFound("apps.not_found", app=key)
        return self._text(key, self.numbers[key])

    def _text(self, key: str, number: int) -> str:
        query = select(revision.c.spec).where(revision.c.app == key, revision.c.number == number)
        found = self.tx.conn.execute(query).scalar_one_or_none()
        if found is None:
            raise NotFound("apps.not_found", app=key)
        return str(found)

    def _load(self, key: str, number: int) -> PublishedApp:
        parsed = parse(self._text(key, number), source=f"{key}.json")
        assert parsed.app is not None, parsed.problems
        compiled = compile_app(parsed.app, self._parsed)
        forms = {
            form.key: LiveForm(form, load_physical(self.tx, key, form.key), number) for form in compiled.forms.values()
        }
        return PublishedApp(compiled, forms, number)

    def _parsed(self, key: str) -> App | None:
        """Another app's spec without compiling it: two apps may refer to each other."""
        return parse(self.text(key)).app if key in self.numbers else None
