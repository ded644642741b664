"""Search through an index of bigrams, so that Chinese and Latin text is found alike and no table is read whole.

Of ``采购 A4纸`` the index keeps ``采购 购 a4 纸``: every two neighbouring ideographs, the last one alone, words and
numbers whole. Ideographs are found where their bigrams stand in a row, words by their beginning.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, cast, delete, false, literal, literal_column, or_, select
from sqlalchemy.dialects.postgresql import TSQUERY

from dougong.db import Tx
from dougong.errors import Forbidden
from dougong.formulas.fold import fold
from dougong.records.bulk import insert_rows
from dougong.records.visit import Visit
from dougong.tables import LiveForm
from dougong.tables.search_index import SearchIndex

_CJK = r"\u2e80-\u9fff\ua000-\ua4cf\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_ASCII = re.compile("[a-z0-9]+")  # what the other finds in a text of ASCII
_LONGEST = 100  # letters of a question
_INDEXED = 5000  # letters of a value


def pieces(value: str) -> list[str]:
    """Runs of ideographs, kana or Hangul, and words of other scripts, in fold form."""
    if value.isascii():
        return _ASCII.findall(value.lower())
    found = _WORD.findall(fold(value))
    return [word for word in found if word[0] < "\u2e80" or any(letter.isalnum() for letter in word)]


def grams(value: str) -> list[str]:
    """The index words of a text, in order."""
    found, words = pieces(value[:_INDEXED]), list[str]()
    if value.isascii():
        return found
    for piece in found:
        if piece[0] >= "\u2e80":
            words += [piece[i : i + 2] for i in range(len(piece) - 1)]
            words.append(piece[-1])
        else:
            words.append(piece)
    return words


def matching(visit: Visit, live: LiveForm, fields: Sequence[str], asked: str) -> ColumnElement[bool]:
    """Rows where every piece of the question is found in one of ``fields``, each field only where it is readable."""
    view, index = visit.view(live), live.physical.search
    wanted = pieces(asked[:_LONGEST])
    if not wanted or index is None:
        return false()
    conditions: list[ColumnElement[bool]] = []
    for field in fields:
        cover = view.title_readable() if field == "_title" else None
        if field != "_title":
            view.require([field])
            cover = view.covers(field)
        if field not in index.fields:
            raise Forbidden("access.not_searchable", field=field)
        found = live.physical.main.table.c.id.in_(_found(visit.tx, index, field, wanted))
        conditions.append(found if cover is None else and_(found, cover))
    return or_(*conditions)


def _found(tx: Tx, index: SearchIndex, field: str, wanted: Sequence[str]) -> Any:
    """A query of the ids of records in whose field all pieces are found."""
    table = index.table(tx.dialect)
    column = table.c[index.column(field)]
    if tx.dialect == "sqlite":
        question = " AND ".join(f"{column.name} : {_phrase(piece)}" for piece in wanted)
        whole: ColumnElement[Any] = literal_column(tx.conn.dialect.identifier_preparer.quote(table.name))
        return select(table.c.rowid).where(whole.op("MATCH")(literal(question)))
    question = " & ".join(f"({_ts_phrase(piece)})" for piece in wanted)
    return select(table.c.id).where(column.op("@@")(cast(literal(question), TSQUERY)))


def _phrase(piece: str) -> str:
    """A piece as FTS5 asks for it: bigrams in a row, or the beginning of a word. Pieces hold letters and digits only."""
    if piece[0] >= "\u2e80" and len(piece) > 1:
        return '"' + " ".join(piece[i : i + 2] for i in range(len(piece) - 1)) + '"'
    return f'"{piece}" *'


def _ts_phrase(piece: str) -> str:
    if piece[0] >= "\u2e80" and len(piece) > 1:
        return " <-> ".join(f"'{piece[i : i + 2]}'" for i in range(len(piece) - 1))
    return f"'{piece}':*"


def index_records(tx: Tx, live: LiveForm, batch: Iterable[Mapping[str, Any]], fresh: bool) -> None:
    """Put records (with ``id`` and their values) into the index; ``fresh`` ones were never in it."""
    index = live.physical.search
    records = list(batch)
    if index is None or not records:
        return
    if not fresh:
        forget_records(tx, live, [int(values["id"]) for values in records])
    names = [column.name for column in index.table(tx.dialect).c]
    insert_rows(tx, index.table_name, names, [_row(tx, index, values) for values in records])


def forget_records(tx: Tx, live: LiveForm, ids: Sequence[int]) -> None:
    """Take records out of the index."""
    index = live.physical.search
    if index is not None and ids:
        table = index.table(tx.dialect)
        tx.conn.execute(delete(table).where(next(iter(table.c)).in_(ids)))


def _row(tx: Tx, index: SearchIndex, values: Mapping[str, Any]) -> tuple[Any, ...]:
    words = [grams(str(values.get(field) or "")) for field in index.fields]
    texts = map(" ".join, words) if tx.dialect == "sqlite" else map(_vector, words)
    return (int(values["id"]), *texts)


def _vector(words: Sequence[str]) -> str:
    """A tsvector literal with places; made here, because how PostgreSQL cuts a text depends on its locale."""
    return " ".join(f"'{word}':{min(place, 16383)}" for place, word in enumerate(words[:16000], 1))


__all__ = ["forget_records", "grams", "index_records", "matching", "pieces"]
