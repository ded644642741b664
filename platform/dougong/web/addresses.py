"""Addresses that came from outside and must lead back inside."""

from urllib.parse import quote, urlsplit

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
