"""The unique indexes of a form brought to what its fields say: made where a field became unique, dropped where it no
longer is. An index is no data, so that this is the one thing a publish drops."""

from sqlalchemy import Index, func, inspect, select
from sqlalchemy.schema import CreateIndex, DropIndex

from dougong.db import Tx
from dougong.errors import Problem, Refused
from dougong.spec.compiled import CompiledForm
from dougong.tables.indexes import unique_column, unique_indexes
from dougong.tables.names import index_name
from dougong.tables.physical import PhysicalForm, PhysicalTable


def make_unique(tx: Tx, form: CompiledForm, physical: PhysicalForm) -> None:
    """Make and drop unique indexes; raises Refused for a field that is to be unique and holds a value twice."""
    main = physical.main
    wanted = unique_indexes(form, physical, tx.dialect)
    have = {str(each["name"]) for each in inspect(tx.conn).get_indexes(main.table.name) if each["unique"]}
    for name in _known(main) & have - wanted.keys():
        tx.conn.execute(DropIndex(Index(name, main.table.c.id, _table=main.table)))
    fresh = {name: found for name, found in wanted.items() if name not in have}
    problems = [problem for key, _ in fresh.values() for problem in _repeated(tx, form, main, key)]
    if problems:
        raise Refused(problems)
    for _, index in fresh.values():
        tx.conn.execute(CreateIndex(index))


def _known(main: PhysicalTable) -> set[str]:
    """Every name a unique index of this table could have had."""
    columns = [column.name for column in main.columns.values()]
    return {index_name(main.table.name, how, name) for name in (*columns, "number") for how in ("u", "u~")}


def _repeated(tx: Tx, form: CompiledForm, main: PhysicalTable, key: str) -> list[Problem]:
    """A problem when living records hold one value of the field more than once."""
    column = main.table.c.number if key == "number" else unique_column(main, key)
    assert column is not None
    living = main.table.c["_deleted_at"].is_(None)
    twice = select(column).where(living, column.is_not(None)).group_by(column).having(func.count() > 1)
    count = tx.conn.execute(select(func.count()).select_from(twice.subquery())).scalar_one()
    if not count:
        return []
    title = form.fields[key].spec.title if key in form.fields else key
    return [Problem("tables.not_unique_yet", f"forms.{form.key}.fields.{key}", {"title": title, "count": count})]
