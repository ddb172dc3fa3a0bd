"""Bring a database to the newest schema with Alembic."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

# any constant: two processes that start at once must not migrate at once
_MIGRATION_LOCK = 7_310_001


def alembic_config(connection: Connection) -> Config:
    """Configuration of the packaged migrations, bound to `connection`."""
    config = Config()
    config.set_main_option("script_location", str(files("schemas") / "migrations"))
    config.attributes["connection"] = connection
    return config


def migrate(engine: Engine) -> None:
    """Upgrade to the newest revision; at once a no-op where nothing is to be done."""
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        command.upgrade(alembic_config(connection), "head")
