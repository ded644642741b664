"""Exact numbers, moments and ids keep their value on both engines."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Column, MetaData, Table, insert, select

from dougong.db import Exact, UtcDateTime, as_id, id_block, make_engine, new_id


@pytest.mark.parametrize("scale", [0, 2, 9])
def test_numbers_come_back_as_they_were(engine_url: str, scale: int) -> None:
    engine = make_engine(engine_url)
    table = Table(f"exact{scale}", MetaData(), Column("id", BigInteger, primary_key=True), Column("n", Exact(scale)))
    largest = Decimal(10**18 - 1).scaleb(-scale)
    values = [Decimal("0").quantize(Decimal(1).scaleb(-scale)), largest, -largest, Decimal(1).scaleb(-scale), None]
    with engine.begin() as connection:
        table.metadata.create_all(connection)
        connection.execute(insert(table), [{"id": i, "n": value} for i, value in enumerate(values)])
        found = list(connection.execute(select(table.c.n).order_by(table.c.id)).scalars())
        assert found == values
        assert list(connection.execute(select(table.c.id).where(table.c.n == largest)).scalars()) == [1]
        assert connection.execute(select(table.c.id).order_by(table.c.n.desc().nulls_last())).scalars().first() == 1
    engine.dispose()


def test_moments_come_back_in_utc_and_sort(engine_url: str) -> None:
    engine = make_engine(engine_url)
    table = Table("moments", MetaData(), Column("id", BigInteger, primary_key=True), Column("at", UtcDateTime))
    noon = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    with engine.begin() as connection:
        table.metadata.create_all(connection)
        connection.execute(insert(table), [{"id": 1, "at": noon}, {"id": 2, "at": None}])
        assert list(connection.execute(select(table.c.at).order_by(table.c.id)).scalars()) == [noon, None]
        assert connection.execute(select(table.c.at)).scalars().first().tzinfo is UTC
    with pytest.raises(Exception, match="zone"), engine.begin() as connection:
        connection.execute(insert(table).values(id=3, at=datetime(2026, 1, 1)))
    engine.dispose()


def test_ids_rise_and_a_block_is_one_run() -> None:
    first, block, last = new_id(), id_block(1000), new_id()
    assert first < block[0] <= block[-1] < last
    assert list(block) == list(range(block[0], block[0] + 1000))
    assert last < 2**63


@given(st.one_of(st.integers(), st.text(), st.none(), st.lists(st.none()), st.just(10**5000), st.floats()))
def test_an_id_from_outside_is_a_number_that_fits_or_nothing(raw: object) -> None:
    found = as_id(raw)
    assert found is None or (0 <= found < 2**63 and int(str(raw)) == found)
