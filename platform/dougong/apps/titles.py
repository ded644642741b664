"""What a publish makes out of date beside the values: the titles of records, and words in the search index."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from sqlalchemy import bindparam, column, func, select, update
from sqlalchemy import table as table_

from dougong import clock
from dougong.db import Database, Tx
from dougong.fields import same_columns
from dougong.formulas import Env
from dougong.formulas.fold import fold
from dougong.people import organisation
from dougong.records.load import load
from dougong.records.search import index_records
from dougong.records.store import record_title
from dougong.spec.compiled import CompiledApp, CompiledForm
from dougong.spec.lineage import Lineage, lineage
from dougong.tables import LiveForm, title_key
from dougong.tables.catalogue import table_names

TITLE = "_title"
_BATCH = 500


def stale(before: CompiledApp, after: CompiledApp) -> frozenset[str]:
    """The fields, as ``form.field``, of which an index that has them already has other words; ``_title`` where a record
    is called by something else now."""
    lines = lineage(before.spec, after.spec)
    return frozenset(f"{key}.{name}" for key, form in after.forms.items() for name in _stale(before, form, lines.get(key)))


def _stale(before: CompiledApp, form: CompiledForm, line: Lineage | None) -> Iterator[str]:
    if line is None:  # brought back, if it is not new
        yield from (TITLE, *form.fields)
        return
    old = before.forms[line.form]
    yield from (key for key in form.fields if not _same(old, form, line, key, key))
    if _retitled(old, form, line):
        yield TITLE


def _same(old: CompiledForm, new: CompiledForm, line: Lineage, was: str, key: str) -> bool:
    """Whether ``key`` holds exactly what ``was`` held."""
    return line.fields.get(key) == was and same_columns(old.field(was).spec, new.field(key).spec)


def _retitled(old: CompiledForm, new: CompiledForm, line: Lineage) -> bool:
    one, other = old.record_title, new.record_title
    if one is None or other is None:
        was, key = title_key(old), title_key(new)
        return one is not other or (key is not None and (was is None or not _same(old, new, line, was, key)))
    now = {was: key for key, was in line.fields.items()}
    names = {ref: now.get(ref, "") for ref in one.refs if ref in old.fields or "." in ref}
    renamed = [(was, key) for was, key in names.items() if was != key]
    text = one.rename(*renamed[0]) if len(renamed) == 1 and renamed[0][1] else one.text
    follows = all(key and _same(old, new, line, was, key) for was, key in names.items())
    return text != other.text or not follows


def retitle(tx: Tx, live: LiveForm) -> None:
    """Give every living record of a form its title anew."""
    last: int | None = -1
    while last is not None:
        last = _retitled_batch(tx, live, last, words=False)


def renew_later(tx: Tx, live: LiveForm) -> None:
    """Once the publish has committed, give the records of a form their titles and words anew, a batch at a time: over
    many records it would keep writers out for minutes. Until its turn comes a record goes by its earlier title."""
    database = Database(tx.conn.engine)

    def renew() -> None:
        last: int | None = -1
        while last is not None:
            last = database.write(partial(_retitled_batch, live=live, after=last, words=True))

    tx.after_commit(renew)


def _retitled_batch(tx: Tx, live: LiveForm, after: int, words: bool) -> int | None:
    """The last id of the batch behind ``after``, None when there was none left; with ``words`` its words in the search
    index are made anew too."""
    table, env = live.physical.main.table, Env(now=clock.now(), zone=organisation.load(tx).zone, me=None)
    query = select(table.c.id).where(table.c.id > after, table.c["_deleted_at"].is_(None))
    ids = list(tx.conn.execute(query.order_by(table.c.id).limit(_BATCH)).scalars())
    if not ids:
        return None
    found = load(tx, live, ids, lock=words)
    titles = {id: record_title(live.form, values, env) for id, values in found.items()}
    if changes := list(_changes(found, titles)):
        write = update(table).where(table.c.id == bindparam("row_id"))
        tx.conn.execute(write.values(_title=bindparam("title"), _title_fold=bindparam("folded")), changes)
    if words:
        index_records(tx, live, [{**values, TITLE: titles[id]} for id, values in found.items()], fresh=False)
    return int(ids[-1])


def many(tx: Tx, forms: Iterable[CompiledForm], most: int) -> frozenset[str]:
    """The keys of the forms with so many records, or more."""
    found: set[str] = set()
    for form in forms:
        name = table_names(tx, form.app, form.key).get("", "")
        some = select(column("id")).select_from(table_(name)).limit(most).subquery() if name else None
        if some is not None and tx.conn.execute(select(func.count()).select_from(some)).scalar_one() >= most:
            found.add(form.key)
    return frozenset(found)


def _changes(found: Mapping[int, Mapping[str, object]], titles: Mapping[int, str | None]) -> Iterator[dict[str, object]]:
    for id, title in titles.items():
        if title != found[id][TITLE]:
            yield {"row_id": id, "title": title, "folded": fold(title) if title else None}
