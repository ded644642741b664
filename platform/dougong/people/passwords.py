"""Passwords: what may be one, how it is kept, and a check that costs the same whoever is asked for."""

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dougong.config import Settings
from dougong.errors import Problem
from dougong.people.names import fold_login

SHORTEST = 10
LONGEST = 200
# Letters and digits that are not mistaken for each other when read from a screen.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_WEAK_WORDS = (
    "password", "passw0rd", "p@ssword", "p@ssw0rd", "qwertyuiop", "qwerty", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc",
    "1q2w3e4r5t", "qazwsxedc", "administrator", "admin", "letmein", "welcome", "iloveyou", "woaini", "5201314", "changeme",
    "abcdefghij", "0123456789", "1234567890", "9876543210", "dougong", "mima", "test", "root", "demo", "guest", "user",
)  # fmt: skip


@cache
def _hasher(time_cost: int) -> PasswordHasher:
    return PasswordHasher(time_cost=time_cost)


@cache
def _nobodys_hash(time_cost: int) -> str:
    """A hash no password fits, checked when there is no person, so that the answer takes as long."""
    return _hasher(time_cost).hash(secrets.token_bytes(32))


def problems_of(password: str, login: str) -> tuple[Problem, ...]:
    """What keeps a text from being the password of ``login``: nothing, or the first reason."""
    plain = _normal(password)
    if len(plain) < SHORTEST:
        return (Problem("people.password_short", "password", {"n": SHORTEST}),)
    if len(plain) > LONGEST:
        return (Problem("people.password_long", "password", {"n": LONGEST}),)
    if len(fold_login(plain).replace(fold_login(login), "")) < 4:
        return (Problem("people.password_is_login", "password"),)
    return (Problem("people.password_weak", "password"),) if _weak(plain) else ()


def _weak(plain: str) -> bool:
    """Few different letters, or nothing much once the words that everybody tries are taken out."""
    rest = plain.casefold()
    if len(set(rest)) < 5:
        return True
    for word in _WEAK_WORDS:
        rest = rest.replace(word, "")
    letters = rest.strip("0123456789!@#$%^&*.?-_ ")
    return len(rest) < len(plain) and len(letters) < 3


def hash_of(password: str, settings: Settings) -> str:
    """The argon2id hash to keep; slow on purpose, so never inside a transaction."""
    return _hasher(settings.argon2_time_cost).hash(_bytes(password))


def check(stored: str | None, password: str, settings: Settings) -> bool:
    """Whether the password fits the stored hash (None: nobody's); one argon2 run in every case."""
    hasher = _hasher(settings.argon2_time_cost)
    try:
        hasher.verify(stored or _nobodys_hash(settings.argon2_time_cost), _bytes(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def outdated(stored: str, settings: Settings) -> bool:
    """Whether the hash was made with other parameters than those in force."""
    return _hasher(settings.argon2_time_cost).check_needs_rehash(stored)


def random_password() -> str:
    """Sixteen random letters and digits in four groups, 79 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def _normal(password: str) -> str:
    # The cut keeps a megabyte from being normalised; what is cut was too long before.
    return unicodedata.normalize("NFKC", password[: LONGEST * 4])


def _bytes(password: str) -> bytes:
    return _normal(password).encode("utf-8", "surrogatepass")


def same(one: str, other: str) -> bool:
    """Whether two texts are one password."""
    return secrets.compare_digest(_bytes(one), _bytes(other))
