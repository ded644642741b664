"""What every test may use: real inputs, both databases, a browser; what is missing is skipped, or fails where all is
required (DOUGONG_TEST_REQUIRE=all)."""

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ["DOUGONG_STRICT"] = "1"  # an unknown sentence fails a test; set before anything reads it
os.environ["DOUGONG_ARGON2_TIME_COST"] = "1"

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=none"]


def missing(what: str) -> Any:
    """Skip, saying why; or fail where everything is required."""
    if os.environ.get("DOUGONG_TEST_REQUIRE") == "all":
        pytest.fail(f"{what}, and DOUGONG_TEST_REQUIRE=all", pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real inputs: DOUGONG_CORPORA, else ../shared/corpora beside the checkout."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "corpora"
    folder = Path(os.environ.get("DOUGONG_CORPORA") or beside)
    return folder if folder.is_dir() else missing("no corpora: set DOUGONG_CORPORA")


@pytest.fixture(scope="session")
def pg_url() -> Iterator[str]:
    """The URL of a PostgreSQL database of this worker alone, dropped at the end; needs DOUGONG_TEST_PG, the URL of
    one in which databases may be created."""
    given = os.environ.get("DOUGONG_TEST_PG")
    if not given:
        missing("no PostgreSQL: set DOUGONG_TEST_PG")
    from sqlalchemy import create_engine, make_url, text

    name = f"dougong_test_{secrets.token_hex(6)}"
    url = make_url(given or "").set(drivername="postgresql+psycopg")
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield url.set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    server.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind: an SQLite file of this test, or the worker's PostgreSQL, emptied."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.sqlite3'}"
    url: str = request.getfixturevalue("pg_url")
    emptied(url)
    return url


def emptied(url: str) -> None:
    """Empty a PostgreSQL database; connections that a test left open are ended, or dropping would wait for them."""
    from sqlalchemy import create_engine, text

    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium (playwright's Browser) of the system, or DOUGONG_CHROMIUM."""
    path = os.environ.get("DOUGONG_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        missing("no Chromium: install it or set DOUGONG_CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, to be evaluated in a page."""
    path = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"
    return path.read_text(encoding="utf-8") if path.exists() else missing("no axe-core: run ./dev test once")
