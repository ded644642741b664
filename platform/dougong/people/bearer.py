"""Bearer secrets: 256 random bits for the holder, only their hash for us."""

import hashlib
import secrets


def new_secret() -> str:
    """A fresh secret of 256 bits in 43 letters that need no quoting."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What is kept of a secret. It is random, so a plain hash cannot be searched backwards."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
