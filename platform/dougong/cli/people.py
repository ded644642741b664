"""Commands about people: apply an organisation file, add and disable people, give passwords and tokens."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, Protocol

import click

from dougong.config import Settings
from dougong.db import Database
from dougong.errors import DougongError, Problem, Refused
from dougong.people import passwords, tokens
from dougong.people.accounts import add_person, disable, find_person, set_password
from dougong.people.org_file import apply_org
from dougong.words import remedy, say, sentence

P = ParamSpec("P")


class Composition(Protocol):
    """What these commands need of the one that wires everything."""

    @property
    def database(self) -> Database: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def language(self) -> str: ...

    @property
    def language_asked(self) -> str: ...


def _worded(command: Callable[P, None]) -> Callable[P, None]:
    """What a command refuses, said in words on the error output, with exit status 1."""

    @wraps(command)
    def worded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except DougongError as error:
            language = _language(click.get_current_context().obj)
            problems = error.problems if isinstance(error, Refused) else (Problem(error.code, params=error.params),)
            for problem in problems:
                click.echo(_line(problem, language), err=True)
            raise SystemExit(1) from None

    return worded


def _language(obj: Composition) -> str:
    """The language the command line was asked to speak, else the organisation's."""
    return obj.language_asked or obj.language


def _line(problem: Problem, language: str) -> str:
    """``org.json:3:5 people[0].login: sentence (remedy)``."""
    spot = ":".join(str(part) for part in (problem.source, problem.line, problem.column) if part)
    where = " ".join(part for part in (spot, problem.at) if part)
    text = f"{where}: {sentence(problem, language)}" if where else sentence(problem, language)
    mend = remedy(problem, language) if problem.params.get("nearest", True) else None
    return f"{text}  {mend}" if mend else text


@click.command("org")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
@_worded
def org(obj: Composition, file: Path) -> None:
    """Apply an organisation file: departments, people, roles."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Refused([Problem("people.org_not_json", "", {"reason": "UTF-8"}, source=file.name)]) from error
    done = obj.database.write(lambda tx: apply_org(tx, text, file.name))
    counts: dict[str, Any] = {name: getattr(done, name) for name in done.__slots__}
    click.echo(say("people.applied", _language(obj), **counts))


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
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; else one is made up.")
@click.pass_obj
@_worded
def add(
    obj: Composition, login: str, name: str, departments: tuple[str, ...], email: str, admin: bool, password_stdin: bool
) -> None:
    """Add a person who can sign in."""
    password, made_up = _password(password_stdin)
    if problems := passwords.problems_of(password, login):
        raise Refused(problems)
    id = obj.database.write(lambda tx: add_person(tx, login, name, departments, admin=admin, email=email))
    set_password(obj.database, obj.settings, id, password)
    click.echo(say("people.added", _language(obj), name=name, login=login))
    if made_up:
        click.echo(say("people.password_shown", _language(obj), password=password))


@user.command("password")
@click.argument("login")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; else one is made up.")
@click.pass_obj
@_worded
def password(obj: Composition, login: str, password_stdin: bool) -> None:
    """Give a person a password; everything signed in before ends."""
    id = obj.database.read(lambda tx: find_person(tx, login))
    fresh, made_up = _password(password_stdin)
    set_password(obj.database, obj.settings, id, fresh)
    click.echo(say("people.password_set", _language(obj), login=login))
    if made_up:
        click.echo(say("people.password_shown", _language(obj), password=fresh))


@user.command("disable")
@click.argument("login")
@click.pass_obj
@_worded
def disable_person(obj: Composition, login: str) -> None:
    """Disable a person who left; nothing of theirs is deleted."""
    obj.database.write(lambda tx: disable(tx, find_person(tx, login)))
    click.echo(say("people.disabled", _language(obj), login=login))


@click.command("token")
@click.argument("login", metavar="USER")
@click.option("--label", default="", help="What the token is for.")
@click.pass_obj
@_worded
def token(obj: Composition, login: str, label: str) -> None:
    """Make a token with which a program acts as a person."""
    fresh = obj.database.write(lambda tx: tokens.create(tx, find_person(tx, login), label))
    click.echo(say("people.token_shown", _language(obj), token=fresh))


commands: list[click.Command] = [org, user, token]
