"""init and demo, settings and databases that do not work, and no password that anybody could know beforehand."""

import json
import socket
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from dougong.config import Settings
from dougong.db import Database, make_engine
from dougong.errors import DougongError
from dougong.people.signing_in import sign_in


def signs_in(folder: Path, login: str, password: str) -> bool:
    settings = Settings(data=folder)
    database = Database(make_engine(settings.database_url()))
    try:
        return bool(sign_in(database, settings, login, password))
    except DougongError:
        return False
    finally:
        database.engine.dispose()


def test_the_first_administrator(run: Any, tmp_path: Path) -> None:
    done = run("init")
    assert done.exit_code == 0
    password = done.stdout.strip().rpartition(" ")[2]
    assert len(password) >= 16
    assert signs_in(tmp_path / "data", "admin", password)
    for guess in ("admin", "password", "dougong", "admin123", ""):
        assert not signs_in(tmp_path / "data", "admin", guess)
    again = run("init", "--admin", "other")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "administrator already" in again.stderr


def test_two_installations_have_two_passwords(run: Any, tmp_path: Path) -> None:
    one = run("init", DOUGONG_DATA=str(tmp_path / "one")).stdout
    other = run("init", DOUGONG_DATA=str(tmp_path / "other")).stdout
    assert one.splitlines()[0] == other.splitlines()[0]
    assert one.splitlines()[1] != other.splitlines()[1]


def test_a_password_by_standard_input(run: Any, tmp_path: Path) -> None:
    for weak in ("short", "", "aaaaaaaaaaaa", "admin-admin"):
        done = run("init", "--password-stdin", input=f"{weak}\n")
        assert done.exit_code == 1, weak
    done = run("init", "--admin", "hua", "--name", "华罗", "--password-stdin", input="correct horse battery\n")
    assert done.stdout == "The database is ready; the administrator is hua\n"
    assert signs_in(tmp_path / "data", "hua", "correct horse battery")


def test_the_demo_is_loaded_once_and_its_passwords_are_shown_again(run: Any, tmp_path: Path) -> None:
    first, again = run("demo", "--no-serve"), run("demo", "--no-serve")
    assert (first.exit_code, again.exit_code) == (0, 0), first.output + again.output
    assert "approvals under way purchase.request: 7" in first.output
    assert "records" not in again.output, "nothing is loaded twice"

    def accounts(text: str) -> list[str]:
        return [line for line in text.splitlines() if line.startswith("    ")]

    assert accounts(first.output) == accounts(again.output)
    kept = tmp_path / "data" / "demo-passwords.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    passwords = json.loads(kept.read_text())
    assert len(set(passwords.values())) == len(passwords) > 10
    assert signs_in(tmp_path / "data", "li", passwords["li"])


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"DOUGONG_DATABASE": "nonsense"}, "not the address of a database"),
        ({"DOUGONG_DATABASE": "mysql://x/y"}, "not the address of a database"),
        ({"DOUGONG_DATABASE": "postgresql://nobody@127.0.0.1:1/none"}, "The database cannot be used"),
        ({"DOUGONG_MAX_UPLOAD_MB": "many"}, "A setting is wrong"),
        ({"DOUGONG_CONFIG": "/nowhere/dougong.toml"}, "cannot be read"),
    ],
)
def test_settings_that_do_not_work(run: Any, variables: dict[str, str], said: str) -> None:
    for words in (("apps",), ("init",), ("demo", "--no-serve")):
        done = run(*words, **variables)
        assert (done.exit_code, done.stdout) == (1, "")
        assert said in done.stderr


def test_a_settings_file(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'data = "{(tmp_path / "elsewhere").as_posix()}"\n', encoding="utf-8")
    assert run("init", DOUGONG_CONFIG=str(file), DOUGONG_DATA="").exit_code == 0
    assert (tmp_path / "elsewhere" / "dougong.sqlite3").exists()
    for text in ("nonsense = 1", "data = [", 'data = "x"\nport = 5'):
        file.write_text(text, encoding="utf-8")
        done = run("apps", DOUGONG_CONFIG=str(file), DOUGONG_DATA="")
        assert (done.exit_code, bool(done.stderr)) == (1, True)


def test_a_database_that_is_no_database(run: Any, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "dougong.sqlite3").write_bytes(b"this is no database at all, only text" * 100)
    done = run("apps")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "The database cannot be used" in done.stderr
    assert "数据库用不了" in run("apps", language="zh-CN").stderr


def test_a_database_somebody_else_holds(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("init")
    monkeypatch.setattr("dougong.db.engine._PRAGMAS", ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=20"))
    holder = sqlite3.connect(tmp_path / "data" / "dougong.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        done = run("user", "add", "hua", "--name", "x")
    finally:
        holder.close()
    assert (done.exit_code, done.stdout) == (1, "")
    assert "The database cannot be used: database is locked" in done.stderr or "busy" in done.stderr


def test_a_data_folder_that_is_a_file(run: Any, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    assert run("apps").exit_code == 1
    assert run("demo", "--no-serve").exit_code == 1


def test_what_nobody_foresaw_is_told_in_words_too(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("surprise")

    monkeypatch.setattr("dougong.cli.shell.compose", broken)
    done = run("apps")
    assert done.exit_code == 1
    assert "ZeroDivisionError: surprise" in done.stderr
    assert "DOUGONG_LOG_LEVEL=debug" in done.stderr


def test_an_address_that_is_taken(run: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("serve", "--port", taken.getsockname()[1])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "cannot be listened on" in done.stderr
    assert run("serve", "--host", "no.such.host.invalid").exit_code == 1
