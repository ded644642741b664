"""Published apps, compiled once per process and revision, and found by every room through one registry."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select

from dougong.apps.following import Step, followed, step, under_present_keys
from dougong.apps.older import alive, older
from dougong.apps.tables import app, revision
from dougong.db import Again, Tx
from dougong.errors import NotFound
from dougong.spec.compile import compile_app
from dougong.spec.compiled import CompiledApp
from dougong.spec.model import App
from dougong.spec.parse import parse
from dougong.tables import LiveForm

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


Place = tuple[str, int, int, int]
"""App, revision, and the revision and generation published at the time: what the older ones are read beside."""
Kept = dict[Place, PublishedApp]

_cache: WeakKeyDictionary[Engine, Kept] = WeakKeyDictionary()
_compiled: WeakKeyDictionary[Engine, dict[tuple[str, int], CompiledApp]] = WeakKeyDictionary()
_steps: WeakKeyDictionary[Engine, dict[tuple[str, int], Step]] = WeakKeyDictionary()
_lock = threading.Lock()
_LAYOUT = select(revision.c.layout)
_UNCOMMITTED, _FRESH = "apps.uncommitted", "apps.fresh"
K = TypeVar("K")
V = TypeVar("V")


def _remembered(kept: dict[K, V], place: K, make: Callable[[], V]) -> V:
    """What is kept at a place, made and kept on first asking."""
    with _lock:
        found = kept.get(place)
    if found is None:
        found = make()
        with _lock:
            if len(kept) >= _KEPT:
                kept.clear()
            kept[place] = found
    return found


class Registry:
    """The published apps as one transaction sees them; implements ``tables.Forms``."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self._heads: dict[str, tuple[int, int]] | None = None
        self._held: set[str] = set()

    @property
    def heads(self) -> Mapping[str, tuple[int, int]]:
        """App key → published revision and generation, read once per transaction."""
        if self._heads is None:
            rows = self.tx.conn.execute(select(app.c.key, app.c.revision, app.c.generation).order_by(app.c.key))
            self._heads = {row.key: (row.revision, row.generation) for row in rows}
        return self._heads

    @property
    def numbers(self) -> Mapping[str, int]:
        """App key → published revision."""
        return {key: revision for key, (revision, _) in self.heads.items()}

    @property
    def unsettled(self) -> bool:
        """Whether something was published in this transaction, which may still be rolled back."""
        return bool(self._fresh)

    def app(self, key: str) -> PublishedApp:
        """The published app; raises NotFound."""
        head = self.heads.get(key)
        if head is None:
            raise NotFound("apps.not_found", app=key)
        return self.at(key, head[0])

    def at(self, key: str, number: int) -> PublishedApp:
        """A revision of an app, published now or once; raises NotFound."""
        head = self.heads.get(key, (0, 0))
        place = (key, number, *head)
        if (key, head[0]) in self._fresh:
            mine: Kept = self.tx.memo.setdefault(_UNCOMMITTED, {})
            return mine[place] if place in mine else mine.setdefault(place, self._load(key, number))
        return _remembered(_cache.setdefault(self.tx.conn.engine, {}), place, lambda: self._load(key, number))

    def compiled(self, key: str, number: int) -> CompiledApp:
        """A revision without its tables; raises NotFound."""
        if (key, number) in self._fresh:
            return self._fresh[key, number]
        kept = _compiled.setdefault(self.tx.conn.engine, {})
        return _remembered(kept, (key, number), lambda: self._compile(key, number))

    def publish(self, key: str, number: int, generation: int) -> PublishedApp:
        """The revision just stored in this transaction."""
        self._heads = {**self.heads, key: (number, generation)}
        self._fresh[key, number] = self._compile(key, number)
        return self.at(key, number)

    @property
    def _fresh(self) -> dict[tuple[str, int], CompiledApp]:
        """What was published in this transaction: nobody else may meet it before the commit, or after a rollback."""
        found: dict[tuple[str, int], CompiledApp] = self.tx.memo.setdefault(_FRESH, {})
        return found

    def hold(self, live: LiveForm) -> None:
        """Keep the form's app from being published until this writing transaction ends; raises db.Again when it has
        been since ``live`` was read. Writers hold it together, a publish alone."""
        key = live.form.app
        if key in self._held:
            return
        query = select(app.c.generation).where(app.c.key == key).with_for_update(read=True)
        if self.tx.conn.execute(query).scalar() != live.generation:
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
        """The form as a revision had it, with the columns it had then; ``ref`` is what it is called now. Raises NotFound."""
        app_key, _, form_key = ref.partition(".")
        if self.numbers.get(app_key) == revision:
            return self.form(ref)
        forms = self.at(app_key, revision).forms.values()
        found = next((live for live in forms if live.now is not None and live.now.form.key == form_key), None)
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
        return self.app(key).compiled.spec if key in self.heads else None

    def text(self, key: str, number: int = 0) -> str:
        """A spec as it is stored, the published one unless a revision is said; raises NotFound."""
        if key not in self.heads or not 0 <= number < 2**31:
            raise NotFound("apps.not_found", app=key)
        query = select(revision.c.spec).where(revision.c.app == key, revision.c.number == (number or self.heads[key][0]))
        found = self.tx.conn.execute(query).scalar_one_or_none()
        if found is None:
            raise NotFound("apps.not_found", app=key)
        return str(found)

    def _load(self, key: str, number: int) -> PublishedApp:
        compiled = self.compiled(key, number)
        revision_now, generation = self.heads[key]
        if number == revision_now:
            return PublishedApp(compiled, alive(self.tx, compiled, number, generation), number)
        layout = self.tx.conn.execute(_LAYOUT.where(revision.c.app == key, revision.c.number == number)).scalar()
        lines = followed(compiled.spec, [self._step(key, each) for each in range(number + 1, revision_now + 1)])
        if (spec := under_present_keys(compiled.spec, lines)) != compiled.spec:
            compiled = compile_app(spec, self._parsed)
        return PublishedApp(compiled, older(self.tx, compiled, number, layout, lines, self.app(key).forms), number)

    def _step(self, key: str, number: int) -> Step:
        """What the publish of a revision changed."""

        def make() -> Step:
            before, after = (self._read(key, each) for each in (number - 1, number))
            return step(before, after)

        if (key, number) in self._fresh:
            return make()
        return _remembered(_steps.setdefault(self.tx.conn.engine, {}), (key, number), make)

    def _compile(self, key: str, number: int) -> CompiledApp:
        return compile_app(self._read(key, number), self._parsed)

    def _read(self, key: str, number: int) -> App:
        parsed = parse(self.text(key, number), source=f"{key}.json")
        assert parsed.app is not None, parsed.problems
        return parsed.app

    def _parsed(self, key: str) -> App | None:
        """Another app's spec without compiling it: two apps may refer to each other."""
        return parse(self.text(key)).app if key in self.heads else None
