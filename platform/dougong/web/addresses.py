"""Addresses that came from outside: those asked for are readable, those to go back to lead back inside."""

from urllib.parse import quote, urlsplit

from flask import Flask, request
from werkzeug.exceptions import BadRequest

SIGN_IN = "/sign-in"


def local(address: str | None, fallback: str = "/") -> str:
    """The address if it is a path of ours, else the fallback; a browser reads a backslash as a slash."""
    if not address or not address.startswith("/") or address[1:2] in {"/", "\\"}:
        return fallback
    if any(ord(letter) < 33 or letter == "\\" for letter in address):
        return fallback
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc else fallback


def sign_in(back: str) -> str:
    """The sign-in page, from which one comes back to ``back``."""
    return f"{SIGN_IN}?next={quote(local(back), safe='/')}"


def _readable() -> None:
    """Refuse a zero byte anywhere in an address: it names nothing, and PostgreSQL takes no text that holds one."""
    if "\x00" in request.path or b"%00" in request.query_string or b"\x00" in request.query_string:
        raise BadRequest


def register(app: Flask) -> None:
    """Look at the address of every request of an app before anything else does."""
    app.before_request(_readable)
