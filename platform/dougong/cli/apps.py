"""Commands about apps: check, schema, import, export, apps."""

import json
from pathlib import Path

import click

from dougong.apps import Registry, publish_files
from dougong.cli.shell import Shell, worded
from dougong.db import Tx
from dougong.errors import NotFound
from dougong.fields.base import LocalText
from dougong.spec.check import check as check_spec
from dougong.spec.check import report
from dougong.spec.model import App
from dougong.spec.parse import parse
from dougong.spec.schema import schema as spec_schema
from dougong.words import say, title

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))


def beside(files: tuple[Path, ...]) -> dict[str, App]:
    """The apps that files say, by key: what references between them are checked against."""
    found = (parse(path.read_bytes(), path.name).app for path in files)
    return {app.app.key: app for app in found if app is not None}


@click.command()
@FILES
@click.pass_obj
@worded
def check(shell: Shell, files: tuple[Path, ...]) -> None:
    """Check app spec FILES and report every problem with its line and column; needs no database."""
    neighbours = tuple({*files, *(p for f in files for p in f.parent.glob("*.json"))})
    apps = beside(neighbours)
    bad = 0
    for path in files:
        content = path.read_bytes()
        _, problems = check_spec(content, path.name, apps.get)
        text = content.decode("utf-8", "replace")
        for problem in problems:
            click.echo(report(problem, text, shell.language), err=True)
        bad += len(problems)
        if not problems:
            click.echo(say("cli.checked", shell.language, file=path.name))
    if bad:
        raise SystemExit(1)


@click.command()
@click.argument("form", required=False)
@click.pass_obj
@worded
def schema(shell: Shell, form: str | None) -> None:
    """Print the JSON Schema of app specs, or of the records of a published APP.FORM."""
    if form is None:
        click.echo(json.dumps(spec_schema(), ensure_ascii=False, indent=2))
        return
    from dougong.spec.record_schema import record_schema

    live = shell.database.read(lambda tx: Registry(tx).form(form))
    click.echo(json.dumps(record_schema(live.form), ensure_ascii=False, indent=2))


@click.command("import")
@FILES
@click.option("--publish", "go_live", is_flag=True, required=True, help="Publish what is imported.")
@click.option("--note", default="", help="A word about the change, kept with the revision.")
@click.pass_obj
@worded
def import_(shell: Shell, files: tuple[Path, ...], go_live: bool, note: str) -> None:
    """Import app spec FILES and publish them, all or none."""
    texts = {path.name: path.read_bytes() for path in files}
    done = shell.database.write(lambda tx: publish_files(tx, texts, "command", note))
    for app in done:
        click.echo(say("cli.published", shell.language, app=app.key, number=app.number))


@click.command()
@click.argument("app")
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="File to write; default: print.")
@click.pass_obj
@worded
def export(shell: Shell, app: str, output: Path | None) -> None:
    """Write the published spec of APP."""
    text = shell.database.read(lambda tx: Registry(tx).text(app))
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")


@click.command()
@click.pass_obj
@worded
def apps(shell: Shell) -> None:
    """List the published apps."""

    def work(tx: Tx) -> list[tuple[str, int, LocalText, int]]:
        return [(app.key, app.number, app.compiled.spec.app.title, len(app.forms)) for app in Registry(tx).apps()]

    found = shell.database.read(work)
    if not found:
        raise NotFound("cli.no_apps")
    for key, number, name, forms in found:
        click.echo(f"{key:<20} v{number:<4} {title(name, shell.language):<20} {forms}")


commands = [check, schema, import_, export, apps]
