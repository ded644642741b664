"""What a person chose for every device: language and theme."""

from sqlalchemy import update

from dougong.db import Tx
from dougong.errors import Problem, Refused
from dougong.people.tables import person
from dougong.words import LANGUAGES

THEMES = ("", "system", "light", "dark")
"""The first means: not chosen."""


def choose(tx: Tx, person_id: int, language: str, theme: str) -> None:
    """Keep the choices ("" for none); raises Refused for what is not on offer."""
    problems = []
    if language not in ("", *LANGUAGES):
        problems.append(Problem("people.not_on_offer", "language"))
    if theme not in THEMES:
        problems.append(Problem("people.not_on_offer", "theme"))
    if problems:
        raise Refused(problems)
    tx.conn.execute(update(person).where(person.c.id == person_id).values(language=language, theme=theme))
