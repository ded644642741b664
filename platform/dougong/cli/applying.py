"""Commands that bring a spec file to an installation: plan tells what would happen, apply does it."""

import json
import sys
from pathlib import Path

import click

from dougong.apps import PublishedApp
from dougong.cli.data import is_terminal
from dougong.cli.failures import problems_of
from dougong.cli.moving import Arrival, arrival, as_json, choices_of, judged, lines
from dougong.cli.shell import FILE, Shell, tell, worded
from dougong.drafts.settling import SIDES
from dougong.errors import DougongError, Problem, Refused
from dougong.people.actor import SYSTEM, Actor
from dougong.plans import publish
from dougong.trials import run_tests
from dougong.words import say, sentence

BASE = click.option("--base", default="", metavar="FILE|NUMBER",
                    help="What FILE was made from: a spec file or revision; default: found by content.")  # fmt: skip
CHOOSE = click.option("--choose", multiple=True, metavar="PLACE=CHOICE",
                      help="mine (FILE) or theirs (installed) for a conflict, or a choice the plan names.")  # fmt: skip


@click.command("plan")
@click.argument("file", type=FILE)
@BASE
@CHOOSE
@click.option("--json", "as_data", is_flag=True, help="Print JSON for programs.")
@click.pass_obj
@worded
def plan_(shell: Shell, file: Path, base: str, choose: tuple[str, ...], as_data: bool) -> None:
    """Tell what publishing app spec FILE would do here; exit 0 for nothing, 1 for something, 2 on a fault."""
    try:
        chosen = choices_of(choose)
        one = arrived(shell, SYSTEM, file, base, chosen)
        judged(one, chosen)
    except (DougongError, OSError) as error:
        tell(problems_of(error), shell.language)
        raise SystemExit(2) from None
    if as_data:
        click.echo(json.dumps(as_json(one, shell.language), ensure_ascii=False, indent=2))
    else:
        _show(one, shell.language)
    raise SystemExit(2 if one.problems else 1 if one.something else 0)


@click.command("apply")
@click.argument("file", type=FILE)
@BASE
@CHOOSE
@click.option("--yes", is_flag=True, help="Do not ask, not even before steps after which something reads otherwise.")
@click.option("--note", default="", help="A word about the change, kept with the revision.")
@click.option("--as", "login", default="", help="Who publishes; default: nobody, the file.")
@click.pass_obj
@worded
def apply_(shell: Shell, file: Path, base: str, choose: tuple[str, ...], yes: bool, note: str, login: str) -> None:
    """Publish app spec FILE here, together with what was published here since FILE was made."""
    chosen, actor = choices_of(choose), shell.actor(login) if login else SYSTEM
    one = arrived(shell, actor, file, base, chosen)
    judged(one, chosen)
    _show(one, shell.language)
    if one.problems:
        raise SystemExit(1)
    if one.open:
        raise Refused([Problem("cli.conflicts_open", params={"n": len(one.open)})])
    if not one.something:
        return
    _tried(one, shell.language)
    if not yes and not _agreed(one, shell.language):
        raise click.Abort
    done = _published(shell, actor, one, chosen, note)
    click.echo(say("cli.published", shell.language, app=done.key, number=done.number))


def arrived(shell: Shell, actor: Actor, file: Path, base: str, chosen: dict[str, str]) -> Arrival:
    """The file against what is installed now."""
    return shell.composition.read(actor, "command", lambda visit: arrival(visit, file, base, chosen), shell.language)


def _show(one: Arrival, language: str) -> None:
    for line in lines(one, language):
        click.echo(line)
    tell(one.problems, language)


def _tried(one: Arrival, language: str) -> None:
    """Refuse an app of which a test is red."""
    red = [outcome for outcome in run_tests(one.specs, [one.compiled.key]) if not outcome.green]
    if red:
        keys = [outcome.test.key for outcome in red]
        raise Refused([Problem("cli.tests_red", params={"n": len(red), "tests": keys})])


def _agreed(one: Arrival, language: str) -> bool:
    """Ask, naming what cannot simply be looked at afterwards."""
    for effect in one.lossy:
        click.echo(f"! {sentence(effect, language)}", err=True)
    return click.confirm(say("cli.apply_now", language, number=one.installed + 1), err=True)


def _published(shell: Shell, actor: Actor, one: Arrival, chosen: dict[str, str], note: str) -> PublishedApp:
    conflicts = {each.at for each in one.conflicts}
    picked = {place: key for place, key in chosen.items() if place not in conflicts or key not in SIDES}
    with click.progressbar(length=0, label=one.compiled.key, file=sys.stderr, hidden=not is_terminal()) as bar:

        def progress(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        return publish(shell.composition, actor, one.compiled, picked, note, "command", one.installed, progress)


commands = [plan_, apply_]
