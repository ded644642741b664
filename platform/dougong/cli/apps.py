"""Commands about apps: check, schema, import, export, apps."""

import json
from collections.abc import Iterable
from pathlib import Path

import click

from dougong.apps import Registry, publish_files
from dougong.cli.shell import FILE, Shell, worded
from dougong.db import Tx
from dougong.fields.base import LocalText
from dougong.spec.check import check as check_spec
from dougong.spec.check import report
from dougong.spec.model import App
from dougong.spec.parse import parse
from dougong.spec.record_schema import record_schema
from dougong.spec.schema import schema as spec_schema
from dougong.words import say, title

FILES = click.argument("files", nargs=-1, required=True, type=FILE)


def specs_of(contents: Iterable[tuple[Path, bytes]]) -> dict[str, App]:
    """The apps that files say, by key."""
    found = (parse(content, str(path)).app for path, content in contents)
    return {app.app.key: app for app in found if app is not None}


def beside(files: Iterable[Path]) -> list[tuple[Path, bytes]]:
    """The other spec files in the folders of ``files``, which references between apps may lead to; those that cannot be
    read say nothing."""
    found = []
    for path in sorted({each for file in files for each in file.parent.glob("*.json")}):
        try:
            found.append((path, path.read_bytes()))
        except OSError:
            continue
    return found


def checked(shell: Shell, files: tuple[Path, ...]) -> tuple[dict[str, App], list[str]]:
    """The apps of ``files`` and those beside them, and the keys of the former; tells every problem and ends with
    status 1 when there is one."""
    own = [(path, path.read_bytes()) for path in dict.fromkeys(files)]
    apps = specs_of(beside(files)) | specs_of(own)
    keys, bad = [], 0
    for path, content in own:
        compiled, problems = check_spec(content, str(path), apps.get)
        bad += len(problems)
        for problem in problems:
            click.echo(report(problem, content, shell.language), err=True)
        if compiled is not None:
            keys.append(compiled.key)
    if bad:
        click.echo(say("cli.problems", shell.language, count=bad), err=True)
        raise SystemExit(1)
    return apps, keys


@click.command()
@FILES
@click.pass_obj
@worded
def check(shell: Shell, files: tuple[Path, ...]) -> None:
    """Check app spec FILES and report every problem with its line and column; needs no database."""
    checked(shell, files)
    for path in dict.fromkeys(files):
        click.echo(say("cli.checked", shell.language, file=str(path)))


@click.command()
@click.argument("form", required=False)
@click.pass_obj
@worded
def schema(shell: Shell, form: str | None) -> None:
    """Print the JSON Schema of app specs, or of the records of a published APP.FORM."""
    if form is None:
        found = spec_schema()
    else:
        found = record_schema(shell.database.read(lambda tx: Registry(tx).form(form)).form, shell.language)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


@click.command("import")
@FILES
@click.option("--publish", "go_live", is_flag=True, required=True, help="Publish what is imported.")
@click.option("--note", default="", help="A word about the change, kept with the revision.")
@click.pass_obj
@worded
def import_(shell: Shell, files: tuple[Path, ...], go_live: bool, note: str) -> None:
    """Import app spec FILES and publish them, all or none."""
    texts = {str(path): path.read_bytes() for path in files}
    done = shell.database.write(lambda tx: publish_files(tx, texts, "command", note))
    for app in done:
        click.echo(say("cli.published", shell.language, app=app.key, number=app.number))


@click.command()
@click.argument("app")
@click.option("--output", "-o", type=FILE, help="File to write; default: print.")
@click.pass_obj
@worded
def export(shell: Shell, app: str, output: Path | None) -> None:
    """Write the published spec of APP."""
    text = shell.database.read(lambda tx: Registry(tx).text(app))
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8", newline="\n")
        click.echo(say("cli.exported", shell.language, app=app, file=str(output)), err=True)


@click.command()
@click.pass_obj
@worded
def apps(shell: Shell) -> None:
    """List the published apps."""

    def work(tx: Tx) -> list[tuple[str, int, LocalText, int]]:
        return [(app.key, app.number, app.compiled.spec.app.title, len(app.forms)) for app in Registry(tx).apps()]

    found = shell.database.read(work)
    for key, number, name, forms in found:
        told = say("cli.app_line", shell.language, number=number, forms=forms, title=title(name, shell.language, key))
        click.echo(f"{key:<20} {told}")
    if not found:
        click.echo(say("cli.no_apps", shell.language))


commands = [check, schema, import_, export, apps]
