"""``dougong test``: run the tests that app specs carry."""

import json
from pathlib import Path
from typing import Any

import click

from dougong.cli.apps import FILES, checked
from dougong.cli.shell import Shell, line_of, worded
from dougong.trials import Outcome, run_tests
from dougong.words import say, title


@click.command("test")
@FILES
@click.pass_obj
@worded
def test(shell: Shell, files: tuple[Path, ...]) -> None:
    """Run the tests inside app spec FILES, on a database of their own; exit 1 when one is red."""
    specs, keys = checked(shell, files)
    passed = failed = 0
    for outcome in run_tests(specs, keys):
        passed, failed = passed + outcome.green, failed + (not outcome.green)
        _tell(outcome, shell.language)
    click.echo(say("cli.tests_passed", shell.language, passed=passed, failed=failed))
    if failed:
        raise SystemExit(1)


def _tell(outcome: Outcome, language: str) -> None:
    mark = "✓" if outcome.green else "✗"
    click.echo(f"{mark} {outcome.app}.{outcome.test.key}  {title(outcome.test.title, language)}".rstrip())
    for each in outcome.differences:
        told = say("cli.test_differs", language, what=each.what, wanted=_shown(each.wanted), got=_shown(each.got))
        click.echo(f"    {told}")
    for problem in outcome.problems:
        click.echo(f"    {line_of(problem, language)}")


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


commands = [test]
