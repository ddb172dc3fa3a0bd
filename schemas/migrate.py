"""Bring a database to the newest schema with Alembic."""

from importlib.resources import files
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text

from schemas.locks import Lock, hold

if TYPE_CHECKING:
    from alembic.config import Config


def alembic_config(connection: Connection) -> "Config":
    """Configuration of the packaged migrations, bound to `connection`."""
    from alembic.config import Config  # noqa: PLC0415  half a second that an up-to-date database does not need

    config = Config()
    config.set_main_option("script_location", str(files("schemas") / "migrations"))
    config.attributes["connection"] = connection
    return config


def migrate(engine: Engine) -> None:
    """Upgrade to the newest revision; one query where nothing is to be done."""
    with engine.begin() as connection:
        if is_newest(connection):
            return
        from alembic import command  # noqa: PLC0415  as above

        hold(connection, Lock.MIGRATION)
        command.upgrade(alembic_config(connection), "head")


def is_newest(connection: Connection) -> bool:
    """Whether nothing is to be done."""
    return stored_revision(connection) == newest_revision()


def newest_revision() -> str:
    """The last migration's identifier, which its file's name begins with."""
    names = (entry.name for entry in (files("schemas") / "migrations" / "versions").iterdir())
    return max(name for name in names if name.endswith(".py")).split("_")[0]


def stored_revision(connection: Connection) -> str | None:
    """The revision that the database has, None where it has none of MDL's tables."""
    if connection.scalar(text("select to_regclass('alembic_version')")) is None:
        return None
    revision = connection.scalar(text("select version_num from alembic_version"))
    return None if revision is None else str(revision)
