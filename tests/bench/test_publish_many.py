"""A change of type over a million records while people read and write: how long readers and writers ever wait.

``DOUGONG_BENCH_ROWS`` says how many (1,000,000). On PostgreSQL; readers and writers are a process of their own, as the
workers of a server are.
"""

import json
import multiprocessing
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from dougong.apps import compiled_for_publish, publish, publish_files
from dougong.apps.staging import fill_beforehand
from dougong.compose import Composition, compose
from dougong.config import Settings
from dougong.db import upgrade
from dougong.people.accounts import add_person
from dougong.people.actor import load_actor
from dougong.records import Create, write
from dougong.records.listing import Query, rows

pytestmark = pytest.mark.bench
TITLED_BY = os.environ.get("DOUGONG_BENCH_TITLE", "what")
"""``amount``: the field that changes is what records are called by, so that titles and search words are made anew too."""
ROWS = int(os.environ.get("DOUGONG_BENCH_ROWS", "1000000"))


def spec(kind: str) -> bytes:
    amount = {"key": "amount", "title": "Amount", "type": kind} | ({"decimals": 2} if kind == "number" else {})
    fields = [amount, {"key": "what", "title": "What", "type": "text"}]
    grant = {"key": "all", "who": "everyone", "can": ["create", "read", "edit"]}
    lists = [{"key": "all", "title": "All", "form": "note", "columns": ["amount", "what"], "sort": ["amount"]}]
    form = {"key": "note", "title": "Note", "fields": fields, "access": [grant], "record_title": TITLED_BY}
    return json.dumps({"dougong": 1, "app": {"key": "pad", "title": "Pad"}, "forms": [form], "lists": lists}).encode()


def wired(url: str, folder: str) -> Composition:
    return compose(Settings(data=Path(folder), database=url, secret="x" * 40, argon2_time_cost=1))


def fill(composition: Composition) -> None:
    """Records made by the engine itself: what is measured is the change, not the load."""
    with composition.database.engine.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO x_pad_note (id, number, status, version, revision, created_by, created_at, updated_by, updated_at,"
                " _created_at_day, _updated_at_day, amount, _amount_fold, what, _what_fold)"
                " SELECT n, NULL, 'approved', 1, 1, 0, now(), 0, now(), current_date, current_date,"
                " (n % 90000)::text || '.50', (n % 90000)::text || '.50', 'row ' || n, 'row ' || n"
                " FROM generate_series(1, :rows) n"
            ),
            {"rows": ROWS},
        )
        conn.execute(text("ANALYZE x_pad_note"))


def people_at_work(url: str, folder: str, person: int, over: Any, told: Any) -> None:
    """Read the newest and write one more, again and again; tell the longest each took."""
    composition = wired(url, folder)
    actor = composition.database.read(lambda tx: load_actor(tx, person))
    longest = {"read": 0.0, "write": 0.0, "reads": 0.0, "writes": 0.0}
    while not over.is_set():
        for what in ("read", "write"):
            started = time.perf_counter()
            if what == "read":
                composition.read(actor, "page", lambda v: rows(v, Query(v.forms.form("pad.note"), ("what",), limit=20)))
            else:
                create = Create({"amount": "12.25", "what": "meanwhile"})
                composition.write(actor, "page", lambda v, c=create: write(v, v.forms.form("pad.note"), [c]))
            longest[what] = max(longest[what], time.perf_counter() - started)
            longest[f"{what}s"] += 1
        time.sleep(0.005)
    told.put(longest)


@pytest.fixture
def made(pg_url: str, tmp_path: Path) -> Iterator[tuple[Composition, str, str]]:
    composition = wired(pg_url, str(tmp_path))
    upgrade(composition.database.engine)
    yield composition, pg_url, str(tmp_path)
    composition.database.engine.dispose()


def test_a_type_changes_over_a_million_records(made: tuple[Composition, str, str]) -> None:
    composition, url, folder = made
    database = composition.database
    database.write(lambda tx: publish_files(tx, {"pad.json": spec("text")}, "test"))
    person = database.write(lambda tx: add_person(tx, "amy", "Amy", ()))
    fill(composition)
    context = multiprocessing.get_context("spawn")
    over, told = context.Event(), context.Queue()
    people = context.Process(target=people_at_work, args=(url, folder, person, over, told))
    people.start()
    time.sleep(3)
    compiled = database.read(lambda tx: compiled_for_publish(tx, spec("number"), "pad.json"))
    started = time.perf_counter()
    filled = fill_beforehand(database, compiled)
    filling = time.perf_counter() - started
    database.write(lambda tx: publish(tx, compiled, None, "", filled))
    whole = time.perf_counter() - started
    time.sleep(1)
    over.set()
    longest = told.get(timeout=60)
    people.join(30)
    print(
        f"\n{ROWS:,} records: filled in {filling:.1f} s, switched in {whole - filling:.2f} s; meanwhile"
        f" {longest['reads']:.0f} reads, longest {longest['read'] * 1000:.0f} ms,"
        f" {longest['writes']:.0f} writes, longest {longest['write'] * 1000:.0f} ms"
    )
    with database.engine.connect() as conn:
        lost = conn.execute(text("SELECT count(*) FROM x_pad_note WHERE amount_2 IS NULL OR amount_2 <> amount::numeric"))
        assert lost.scalar() == 0
    assert longest["write"] <= 2
    assert longest["read"] <= 2
