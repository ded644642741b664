"""Commands about records: load a table, submit one record."""

import codecs
import json
import sys
from pathlib import Path
from typing import Any

import click

from dougong.cli.shell import FILE, Shell, worded
from dougong.errors import Problem, Refused
from dougong.exchange import Loaded, load_table, read_table
from dougong.exchange.exact_json import exact_json
from dougong.records import Create, RecordDesk, Visit, as_json, read, submit
from dougong.words import say


class _DryRun(Exception):
    """Carries the outcome of a dry run out of the transaction it rolls back."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__()
        self.loaded = loaded


@click.command()
@click.argument("form")
@click.argument("file", type=FILE)
@click.option("--as", "login", default="admin", show_default=True, help="Who loads; their rights apply.")
@click.option("--dry-run", is_flag=True, help="Do everything, then take it back.")
@click.option("--history", is_flag=True, help="Let columns bring number, status, created_by, created_at along.")
@click.option("--start-flow", is_flag=True, help="Start the approval of every record.")
@click.option("--sheet", default="", help="Sheet of a workbook; default: the first.")
@click.option("--encoding", default="", help="Encoding of a text file; default: found out.")
@click.pass_obj
@worded
def load(
    shell: Shell, form: str, file: Path, login: str, dry_run: bool, history: bool, start_flow: bool, sheet: str,
    encoding: str,
) -> None:  # fmt: skip
    """Load the rows of FILE (CSV, TSV, XLSX, XLS, ODS) into APP.FORM, all or none."""
    _encoding(encoding)
    table = read_table(file, sheet, encoding)
    actor = shell.actor(login)
    hidden = not is_terminal()
    with click.progressbar(length=len(table.rows), label=file.name, file=sys.stderr, hidden=hidden) as bar:

        def progress(done: int, of: int) -> None:
            bar.update(done - bar.pos)

        def work(visit: Visit) -> Loaded:
            live = visit.forms.form(form)
            done = load_table(visit, live, table, history=history, start_flow=start_flow, progress=progress)
            if dry_run:
                raise _DryRun(done)
            return done

        try:
            loaded = shell.composition.write(actor, "load", work, shell.language)
        except _DryRun as tried:
            loaded = tried.loaded
    code = "cli.would_load" if dry_run else "cli.loaded"
    click.echo(say(code, shell.language, records=loaded.records, rows=loaded.rows, notices=loaded.notices))


@click.command("submit")
@click.argument("form")
@click.option("--as", "login", required=True, help="Who submits; their rights apply.")
@click.option("--values", type=FILE, required=True,
              help="A JSON file with the record's values.")  # fmt: skip
@click.option("--key", default="", help="Idempotency key: the same key and values submit once.")
@click.pass_obj
@worded
def submit_(shell: Shell, form: str, login: str, values: Path, key: str) -> None:
    """Submit one record to APP.FORM and print it as JSON."""
    given = _values(values)

    def work(visit: Visit) -> dict[str, Any]:
        live = visit.forms.form(form)
        made = submit(visit, live, Create(given), key, given)
        desk = RecordDesk(visit)
        return as_json(live, read(visit, live, made.id, desk), desk)

    done = shell.composition.write(shell.actor(login), "command", work, shell.language)
    click.echo(json.dumps(done, ensure_ascii=False, indent=2))


def is_terminal() -> bool:
    """Whether somebody watches the error output."""
    return sys.stderr.isatty()


def _encoding(name: str) -> None:
    """Refuse an encoding nobody knows."""
    try:
        codecs.lookup(name or "utf-8")
    except LookupError as error:
        raise Refused([Problem("cli.unknown_encoding", params={"name": name})]) from error


def _values(path: Path) -> dict[str, Any]:
    try:
        given = exact_json(path.read_bytes())
    except ValueError as error:
        raise Refused([Problem("cli.not_json", source=path.name)]) from error
    if not isinstance(given, dict):
        raise Refused([Problem("cli.not_an_object", source=path.name)])
    return given


commands = [load, submit_]
