"""Commands about changes between specs: diff, uses; both read files and need no database."""

import json
from pathlib import Path

import click

from dougong.cli.ancestry import spec_of
from dougong.cli.apps import FILES, beside, specs_of
from dougong.cli.failures import problems_of
from dougong.cli.moving import differing
from dougong.cli.shell import FILE, Shell, tell, worded
from dougong.errors import DougongError, NotFound
from dougong.spec.diffing import diff, json_patch
from dougong.spec.nearest import meant
from dougong.spec.uses import Use, uses
from dougong.words import say, sentence


@click.command("diff")
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.option("--json-patch", "as_patch", is_flag=True, help="Print JSON Patch (RFC 6902) instead of sentences.")
@click.pass_obj
@worded
def diff_(shell: Shell, old: Path, new: Path, as_patch: bool) -> None:
    """Tell what changed from app spec OLD to NEW; exit 0 when nothing did, 1 when something did, 2 on a fault."""
    try:
        before, after = spec_of(old), spec_of(new)
    except (DougongError, OSError) as error:
        tell(problems_of(error), shell.language)
        raise SystemExit(2) from None
    if as_patch:
        patch = json_patch(before, after)
        click.echo(json.dumps(patch, ensure_ascii=False, indent=2))
        raise SystemExit(1 if patch else 0)
    found = diff(before, after)
    for line in differing(found, shell.language):
        click.echo(line)
    if not found:
        click.echo(say("change.none", shell.language))
    raise SystemExit(1 if found else 0)


@click.command("uses")
@click.argument("place", metavar="APP.FORM.FIELD")
@FILES
@click.pass_obj
@worded
def uses_(shell: Shell, place: str, files: tuple[Path, ...]) -> None:
    """List every place that uses APP.FORM.FIELD, or another part of an app (APP.roles.buyer), in app spec FILES and
    those beside them."""
    own = {app.app.key: app for app in map(spec_of, dict.fromkeys(files))}
    apps = specs_of(beside(files)) | own
    key, _, name = place.partition(".")
    if key not in apps:
        raise NotFound("change.no_such_app", name=key, **meant(key, apps))
    found = uses(apps[key], name, (app for app in apps.values() if app.app.key != key))
    for use in found:
        click.echo(line_of(use, shell.language))
    click.echo(say("change.uses", shell.language, count=len(found)) if found else say("change.unused", shell.language))


def line_of(use: Use, language: str) -> str:
    """One use as one line: its place and the sentence."""
    return f"{use.app}.{use.at}: {sentence(use, language)}"


commands = [diff_, uses_]
