"""``dougong test``: run the tests that app specs carry."""

from pathlib import Path

import click

from dougong.cli.apps import FILES, beside
from dougong.cli.shell import Shell, worded
from dougong.spec.parse import parse
from dougong.trials import Outcome, run_tests
from dougong.words import say, title


@click.command("test")
@FILES
@click.pass_obj
@worded
def test(shell: Shell, files: tuple[Path, ...]) -> None:
    """Run the tests inside app spec FILES, on a database of their own; exit 1 when one is red."""
    specs = beside(tuple({*files, *(path for file in files for path in file.parent.glob("*.json"))}))
    keys = [app.app.key for file in files if (app := parse(file.read_bytes(), file.name).app) is not None]
    passed = failed = 0
    for outcome in run_tests(specs, keys):
        passed, failed = passed + outcome.green, failed + (not outcome.green)
        _tell(outcome, shell.language)
    click.echo(say("cli.tests_passed", shell.language, passed=passed, failed=failed))
    if failed:
        raise SystemExit(1)


def _tell(outcome: Outcome, language: str) -> None:
    mark = "✓" if outcome.green else "✗"
    name = title(outcome.test.title, language)
    click.echo(f"{mark} {outcome.app}.{outcome.test.key}  {name}")
    for each in outcome.differences:
        click.echo(f"    {each.what}: {each.got!r} ≠ {each.wanted!r}")


commands = [test]
