"""The commands diff and uses: sentences, JSON Patch, exit status; no database is asked for."""

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from dougong.cli.changes import commands
from dougong.cli.shell import Shell

DIFF, USES = commands


def run(command: click.Command, *words: object, language: str = "en") -> Result:
    shell = Shell(language)
    done = CliRunner().invoke(command, [*map(str, words)], obj=shell)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "composition" not in shell.__dict__
    return done


@pytest.fixture
def pair(tmp_path: Path, purchase: dict[str, Any], purchase_text: str) -> tuple[Path, Path]:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(purchase_text, "utf-8")
    purchase["forms"][0]["fields"][0]["fields"][0]["max_length"] = 8000
    purchase["roles"].pop()
    new.write_text(json.dumps(purchase), "utf-8")
    return old, new


def test_sentences_by_group(pair: tuple[Path, Path]) -> None:
    done = run(DIFF, *pair, language="zh-CN")
    assert done.exit_code == 1
    assert done.output == "表单\n  采购原因：最多字数 200 → 8000\n权限\n  删除角色“财务总监”\n"


def test_nothing_changed(pair: tuple[Path, Path]) -> None:
    done = run(DIFF, pair[0], pair[0])
    assert (done.exit_code, done.output) == (0, "No changes\n")
    assert run(DIFF, "--json-patch", pair[0], pair[0]).output == "[]\n"


def test_json_patch(pair: tuple[Path, Path]) -> None:
    done = run(DIFF, "--json-patch", *pair)
    assert done.exit_code == 1
    assert json.loads(done.output) == [
        {"op": "remove", "path": "/roles/2"},
        {"op": "add", "path": "/forms/0/fields/0/fields/0/max_length", "value": 8000},
    ]


def test_faults_have_an_exit_status_of_their_own(pair: tuple[Path, Path], tmp_path: Path) -> None:
    assert run(DIFF, pair[0], tmp_path / "none.json").exit_code == 2
    broken = tmp_path / "broken.json"
    broken.write_text('{"dougong": 1', "utf-8")
    done = run(DIFF, broken, pair[0])
    assert done.exit_code == 2
    assert "broken.json:1" in done.stderr


def test_uses(pair: tuple[Path, Path]) -> None:
    done = run(USES, "purchase.request.lines.price", pair[0])
    assert done.exit_code == 0
    first, *_, last = done.output.splitlines()
    assert first.startswith("purchase.forms.request.fields.lines.subtotal.value: ")
    assert "character 12" in first
    assert last == f"Used in {len(done.output.splitlines()) - 1} places"
    assert run(USES, "purchase.lists.open", pair[0]).output == "Nothing uses it\n"


def test_uses_of_what_is_not_there(pair: tuple[Path, Path]) -> None:
    done = run(USES, "purchase.request.totl", pair[0])
    assert done.exit_code == 1
    assert "request.total" in done.stderr
    assert run(USES, "nothing.request.total", pair[0]).exit_code == 1
