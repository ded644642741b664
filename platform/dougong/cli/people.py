"""Commands about people: apply an organisation file, add and disable people, give passwords and tokens."""

import sys
from pathlib import Path
from typing import Any

import click

from dougong.cli.shell import FILE, Shell, worded
from dougong.errors import Refused
from dougong.people import passwords, tokens
from dougong.people.accounts import add_person, disable, find_person, set_password
from dougong.people.org_file import apply_org
from dougong.words import say


@click.command("org")
@click.argument("file", type=FILE)
@click.pass_obj
@worded
def org(shell: Shell, file: Path) -> None:
    """Apply an organisation file: departments, people, roles."""
    text = file.read_bytes()
    done = shell.database.write(lambda tx: apply_org(tx, text, file.name))
    counts: dict[str, Any] = {name: getattr(done, name) for name in done.__slots__}
    click.echo(say("people.applied", shell.language, **counts))


@click.group("user")
def user() -> None:
    """Add people, give passwords, disable."""


def _password(stdin: bool) -> tuple[str, bool]:
    """The password, and whether it was made up here."""
    if not stdin:
        return passwords.random_password(), True
    return sys.stdin.readline().rstrip("\r\n"), False


@user.command("add")
@click.argument("login")
@click.option("--name", required=True, help="Name as people read it.")
@click.option("--department", "departments", multiple=True, help="Key of a department; the first is the main one.")
@click.option("--email", default="")
@click.option("--admin", is_flag=True, help="May administer everything.")
@click.option("--builder", is_flag=True, help="May build and publish apps.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; else one is made up.")
@click.pass_obj
@worded
def add(
    shell: Shell, login: str, name: str, departments: tuple[str, ...], email: str, admin: bool, builder: bool,
    password_stdin: bool,
) -> None:
    """Add a person who can sign in."""
    password, made_up = _password(password_stdin)
    if problems := passwords.problems_of(password, login):
        raise Refused(problems)
    id = shell.database.write(lambda tx: add_person(tx, login, name, departments, admin=admin, builder=builder, email=email))
    set_password(shell.database, shell.settings, id, password)
    click.echo(say("people.added", shell.language, name=name, login=login))
    if made_up:
        click.echo(say("people.password_shown", shell.language, password=password))


@user.command("password")
@click.argument("login")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; else one is made up.")
@click.pass_obj
@worded
def password(shell: Shell, login: str, password_stdin: bool) -> None:
    """Give a person a password; everything signed in before ends."""
    id = shell.database.read(lambda tx: find_person(tx, login))
    fresh, made_up = _password(password_stdin)
    set_password(shell.database, shell.settings, id, fresh)
    click.echo(say("people.password_set", shell.language, login=login))
    if made_up:
        click.echo(say("people.password_shown", shell.language, password=fresh))


@user.command("disable")
@click.argument("login")
@click.pass_obj
@worded
def disable_person(shell: Shell, login: str) -> None:
    """Disable a person who left; nothing of theirs is deleted."""
    shell.database.write(lambda tx: disable(tx, find_person(tx, login)))
    click.echo(say("people.disabled", shell.language, login=login))


@click.command("token")
@click.argument("login", metavar="USER")
@click.option("--label", default="", help="What the token is for.")
@click.pass_obj
@worded
def token(shell: Shell, login: str, label: str) -> None:
    """Make a token with which a program acts as a person."""
    fresh = shell.database.write(lambda tx: tokens.create(tx, find_person(tx, login), label))
    click.echo(say("people.token_shown", shell.language, token=fresh))


commands: list[click.Command] = [org, user, token]
