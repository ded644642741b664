"""What a publish makes out of date beside the values: the titles of records, and words in the search index."""

from collections.abc import Iterator, Mapping

from sqlalchemy import bindparam, select, update

from dougong import clock
from dougong.db import Tx
from dougong.fields import same_columns
from dougong.formulas import Env
from dougong.formulas.fold import fold
from dougong.people import organisation
from dougong.records.load import load
from dougong.records.store import record_title
from dougong.spec.compiled import CompiledApp, CompiledForm
from dougong.spec.lineage import Lineage, lineage
from dougong.tables import LiveForm, title_key

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
    table, env = live.physical.main.table, Env(now=clock.now(), zone=organisation.load(tx).zone, me=None)
    write = update(table).where(table.c.id == bindparam("row_id"))
    write = write.values(_title=bindparam("title"), _title_fold=bindparam("folded"))
    last = -1
    while True:
        query = select(table.c.id).where(table.c.id > last, table.c["_deleted_at"].is_(None))
        ids = list(tx.conn.execute(query.order_by(table.c.id).limit(_BATCH)).scalars())
        if not ids:
            return
        found = load(tx, live, ids)
        titles = {id: record_title(live.form, values, env) for id, values in found.items()}
        if changes := list(_changes(found, titles)):
            tx.conn.execute(write, changes)
        last = ids[-1]


def _changes(found: Mapping[int, Mapping[str, object]], titles: Mapping[int, str | None]) -> Iterator[dict[str, object]]:
    for id, title in titles.items():
        if title != found[id][TITLE]:
            yield {"row_id": id, "title": title, "folded": fold(title) if title else None}
