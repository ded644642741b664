"""Settings, read once: defaults, then a TOML file, then DOUGONG_* variables."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from dougong.errors import Misconfigured

PREFIX = "DOUGONG_"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every setting; the variable is ``DOUGONG_`` and the name in capitals, the TOML key is the name."""

    data: Path = Path("data")
    """Folder of everything stored outside the database: the secret, files, demo passwords, the default database."""
    database: str = ""
    """SQLAlchemy URL; empty means an SQLite file ``dougong.sqlite3`` under ``data``."""
    secret: str = ""
    """Key that signs cookies, at least 32 characters; generated into ``data/secret`` when unset."""
    base_url: str = ""
    """Address under which people reach this server, such as ``https://forms.example.com``; empty: as asked."""
    trusted_proxies: int = 0
    """How many reverse proxies stand in front, whose X-Forwarded headers are believed."""
    argon2_time_cost: int = 3
    """Passes of the password hash; lower only in tests."""
    max_upload_mb: int = 20
    """Largest request body and largest single file, in MiB."""
    session_days: int = 14
    """Days after which a sign-in ends, used or not."""
    idle_hours: int = 12
    """Hours without a request after which a sign-in ends."""
    log_level: str = "info"
    """debug, info, warning or error."""

    def database_url(self) -> str:
        """The URL in force: the one set, else SQLite under ``data``."""
        return self.database or f"sqlite:///{(self.data / 'dougong.sqlite3').resolve()}"

    def signing_key(self) -> str:
        """The secret in force; made once, kept 0600 under ``data``, and shared by every process started there."""
        if self.secret:
            if len(self.secret) < 32:
                raise Misconfigured("config.secret_too_short")
            return self.secret
        path = self.data / "secret"
        if not path.exists():
            self.data.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(48))
            try:
                os.link(fresh, path)  # fails when another process was first: its secret is then the one
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_text().strip()


def load(env: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """Read the settings; ``file`` defaults to ``$DOUGONG_CONFIG``, then ``dougong.toml`` when it is there."""
    env = os.environ if env is None else env
    named = file or (Path(env["DOUGONG_CONFIG"]) if env.get("DOUGONG_CONFIG") else None)
    path = named or Path("dougong.toml")
    given: dict[str, Any] = {}
    if named or path.exists():
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise Misconfigured("config.file", file=str(path), reason=str(error)) from error
    for name in Settings.__struct_fields__:
        if (value := env.get(PREFIX + name.upper())) not in (None, ""):
            given[name] = value
    try:
        return msgspec.convert(given, Settings, strict=False, dec_hook=lambda kind, value: kind(value))
    except msgspec.ValidationError as error:
        raise Misconfigured("config.setting", reason=str(error)) from error
