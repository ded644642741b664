"""The migrations make exactly the tables the code describes."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

import dougong.compose  # the composition and the rooms the houses ask know every table
import dougong.drafts.tables
from dougong.db import METADATA, make_engine, upgrade


def test_the_migrations_make_what_the_code_describes(engine_url: str) -> None:
    assert dougong.compose
    assert dougong.drafts.tables
    engine = make_engine(engine_url)
    upgrade(engine)
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert _essential(compare_metadata(context, METADATA)) == []
        assert set(inspect(connection).get_table_names()) == {*METADATA.tables, "alembic_version"}
    engine.dispose()


def _essential(differences: list[Any]) -> list[Any]:
    return [each for each in differences if not (isinstance(each, tuple) and _is_the_version(each))]


def _is_the_version(difference: tuple[Any, ...]) -> bool:
    return difference[0] == "remove_table" and difference[1].name == "alembic_version"
