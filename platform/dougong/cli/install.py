"""``dougong init`` and ``dougong demo``: a database with its first admin; the sample organisation with every shipped app."""

import sys

import click

from dougong.cli.serve import serve
from dougong.cli.shell import Shell, worded
from dougong.db import Tx
from dougong.demo import install_demo
from dougong.errors import Problem, Refused
from dougong.people import passwords
from dougong.people.accounts import add_person, ensure_system, require_admin, set_password
from dougong.words import say


@click.command()
@click.option("--admin", "login", default="admin", show_default=True, help="Login of the first administrator.")
@click.option("--name", default="", help="Name of the first administrator.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making one.")
@click.pass_obj
@worded
def init(shell: Shell, login: str, name: str, password_stdin: bool) -> None:
    """Create the database and its first administrator."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else passwords.random_password()
    if problems := passwords.problems_of(password, login):
        raise Refused(problems)

    def work(tx: Tx) -> int:
        if _has_admin(tx):
            raise Refused([Problem("cli.has_admin")])
        ensure_system(tx)
        return add_person(tx, login, name or login, (), admin=True)

    id = shell.database.write(work)
    set_password(shell.database, shell.settings, id, password)
    click.echo(say("cli.initialised", shell.language, login=login))
    if not password_stdin:
        click.echo(say("people.password_shown", shell.language, password=password))


def _has_admin(tx: Tx) -> bool:
    try:
        require_admin(tx)
    except Refused:
        return False
    return True


@click.command()
@click.option("--no-serve", is_flag=True, help="Load everything and stop.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.pass_context
def demo(context: click.Context, no_serve: bool, host: str, port: int) -> None:
    """Load the sample organisation and all shipped apps with their data, then serve."""
    context.invoke(load_demo)
    if not no_serve:
        context.invoke(serve, host=host, port=port)


@click.command()
@click.pass_obj
@worded
def load_demo(shell: Shell) -> None:
    """Load the demo and print its accounts."""
    made = install_demo(shell.composition, lambda text: click.echo(f"· {text}"), shell.language)
    click.echo(say("cli.accounts", shell.language))
    for login, (name, password) in made.items():
        click.echo(f"    {login:<8} {password:<20} {name}")


commands = [init, demo]
