"""What every command works with: the composition, made when first needed, and the language to speak."""

import locale
import os
import sys
from collections.abc import Callable
from functools import cached_property, wraps
from pathlib import Path
from typing import ParamSpec

import click

from dougong.cli.failures import problems_of
from dougong.compose import Composition, compose
from dougong.config import Settings, load
from dougong.db import Database, upgrade
from dougong.errors import DougongError, Problem
from dougong.people.accounts import find_person
from dougong.people.actor import Actor, load_actor
from dougong.words import LANGUAGES, remedy, sentence

P = ParamSpec("P")
SHOWN = 200
FILE = click.Path(path_type=Path)
"""A file that a command reads; whether it can be read is found out by reading it, and told in words."""


class Shell:
    """The object of every command: ``settings``, ``composition`` and its ``database`` (its tables brought up to date),
    ``language``."""

    def __init__(self, language: str = "") -> None:
        self.language = language if language in LANGUAGES else spoken()

    @cached_property
    def settings(self) -> Settings:
        return load()

    @cached_property
    def composition(self) -> Composition:
        made = compose(self.settings)
        upgrade(made.database.engine)
        return made

    @property
    def database(self) -> Database:
        return self.composition.database

    def close(self) -> None:
        """Let go of the database, if it was ever asked for."""
        if "composition" in self.__dict__:
            self.database.engine.dispose()

    def actor(self, login: str) -> Actor:
        """The person with this login; raises NotFound."""
        return self.database.read(lambda tx: load_actor(tx, find_person(tx, login)))


def spoken() -> str:
    """The language of the terminal."""
    asked = os.environ.get("LC_ALL") or os.environ.get("LANG") or (locale.getlocale()[0] or "")
    return "en" if asked.lower().startswith("en") or asked in ("C", "POSIX", "C.UTF-8") else "zh-CN"


def worded(command: Callable[P, None]) -> Callable[P, None]:
    """Whatever goes wrong in a command, said in words on the error output, with exit status 1."""

    @wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise  # these are for click to end
        except Exception as error:
            if not isinstance(error, DougongError) and os.environ.get("DOUGONG_LOG_LEVEL") == "debug":
                raise
            tell(problems_of(error), click.get_current_context().obj.language)
            sys.exit(1)

    return told


def tell(problems: tuple[Problem, ...], language: str) -> None:
    """Problems on the error output, one a line: ``file:line:column place: sentence  remedy``."""
    for problem in problems[:SHOWN]:
        click.echo(line_of(problem, language), err=True)
    if len(problems) > SHOWN:
        click.echo(f"… {len(problems) - SHOWN}", err=True)


def line_of(problem: Problem, language: str) -> str:
    """One problem as one line."""
    spot = ":".join(str(part) for part in (problem.source, problem.line, problem.column) if part)
    where = " ".join(part for part in (spot, problem.at) if part)
    text = f"{where}: {sentence(problem, language)}" if where else sentence(problem, language)
    mend = remedy(problem, language) if problem.params.get("nearest", True) else None
    return f"{text}  {mend}" if mend else text
