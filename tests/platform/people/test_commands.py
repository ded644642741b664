"""The commands about people, from their arguments to the database."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from dougong.cli.people import commands
from dougong.config import Settings
from dougong.db import Database
from dougong.people import tokens
from dougong.people.signing_in import sign_in


@dataclass
class Composed:
    """What the commands are handed."""

    database: Database
    settings: Settings
    language: str


@pytest.fixture
def run(org: Database, settings: Settings) -> Any:
    main = click.Group("dougong", commands={each.name or "": each for each in commands})

    def run(*arguments: str, input: str = "", language: str = "en") -> Result:
        obj = Composed(org, settings, language)
        return CliRunner().invoke(main, list(arguments), obj=obj, input=input)

    return run


def test_org_applies_a_file_and_tells_its_problems(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text('{"people": [{"login": "new", "name": "新人", "supervisor": "li"}]}', encoding="utf-8")
    done = run("org", str(file))
    assert (done.exit_code, done.output) == (0, "Applied: departments 0, people 1, roles 0; new 1, changed 0\n")
    file.write_text('{"people": [\n{"login": "new", "name": "x", "supervisor": "l"},\n{}]}', encoding="utf-8")
    done = run("org", str(file), language="zh-CN")
    assert done.exit_code == 1
    assert "mine.json:3:1 people[1]: 缺少「login」\n" in done.stderr
    assert done.stdout == ""
    file.write_bytes(b"\xff\xfe")
    assert run("org", str(file)).exit_code == 1


def test_a_person_is_added_with_a_password_shown_once(run: Any, org: Database, settings: Settings) -> None:
    done = run("user", "add", "hua", "--name", "华罗", "--department", "rd1", "--department", "office", "--admin")
    assert done.exit_code == 0, done.output
    shown = done.output.strip().rpartition(" ")[2]
    assert sign_in(org, settings, "hua", shown)


def test_a_password_may_come_by_standard_input(run: Any, org: Database, settings: Settings) -> None:
    done = run("user", "add", "hua", "--name", "华罗", "--password-stdin", input="correct horse battery\n")
    assert (done.exit_code, done.output) == (0, "Added 华罗 (hua)\n")
    assert sign_in(org, settings, "hua", "correct horse battery")
    again = run("user", "add", "HUA", "--name", "华罗")
    assert (again.exit_code, again.stderr) == (1, "login: The login “HUA” is taken\n")
    weak = run("user", "add", "other", "--name", "x", "--password-stdin", input="short\n")
    assert weak.exit_code == 1
    assert "at least 10" in weak.stderr
    assert "There is no person" in run("user", "password", "other").stderr


def test_what_cannot_be_is_told_with_the_nearest(run: Any) -> None:
    done = run("user", "add", "no way", "--name", " ", "--department", "ofice")
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 3
    assert "The nearest is: office" in done.stderr
    assert run("token", "zhuo").stderr.endswith("The nearest is: zhou\n")
    assert run("token", "12345").stderr == "There is no person “12345”\n"


def test_a_new_password_and_a_token(run: Any, org: Database, settings: Settings) -> None:
    token = run("token", "zhou", "--label", "script").output.strip().rpartition(" ")[2]
    assert tokens.recognise(org, token).login == "zhou"
    shown = run("user", "password", "zhou").output.strip().rpartition(" ")[2]
    assert sign_in(org, settings, "zhou", shown)
    assert "ended" in run("user", "password", "zhou", "--password-stdin", input="correct horse battery\r\n").output
    assert sign_in(org, settings, "zhou", "correct horse battery")


def test_disabling_ends_everything_but_not_the_last_admin(run: Any, org: Database, settings: Settings) -> None:
    shown = run("user", "password", "zhou").output.strip().rpartition(" ")[2]
    assert run("user", "disable", "zhou", language="zh-CN").output == "已停用 zhou，登录和访问令牌都已失效\n"
    with pytest.raises(Exception, match="wrong_credentials"):
        sign_in(org, settings, "zhou", shown)
    last = run("user", "disable", "li")
    assert (last.exit_code, last.stderr) == (1, "No administrator would be left, appoint another one first\n")
