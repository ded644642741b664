"""Bring the platform's own tables to the newest shape, with Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from dougong.db.engine import WRITE
from dougong.formulas.sql.postgres_functions import STATEMENTS


def configuration() -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def upgrade(engine: Engine) -> None:
    """Create or upgrade the platform's tables in one transaction; safe to run again."""
    config = configuration()
    with engine.connect().execution_options(**{WRITE: True}) as conn, conn.begin():
        if conn.dialect.name == "postgresql":
            for statement in STATEMENTS:
                conn.exec_driver_sql(statement)
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
