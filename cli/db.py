"""Commands on the database as a whole: migrate, backup, restore."""

from pathlib import Path

import click
from sqlalchemy import create_engine

from core.database import connect, database_url
from core.settings import load_settings
from schemas.backup import backup, restore
from schemas.migrate import migrate


@click.group()
def db() -> None:
    """Look after the database."""


@db.command("migrate")
def migrate_command() -> None:
    """Bring the database to the newest schema."""
    engine = connect(load_settings())
    migrate(engine)
    engine.dispose()
    click.echo("the database has the newest schema")


@db.command("backup")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def backup_command(target: Path) -> None:
    """Write the whole database to TARGET."""
    backup(database_url(load_settings()), target)
    click.echo(f"{target}: {target.stat().st_size:,} bytes")


@db.command("restore")
@click.argument("source", type=click.Path(dir_okay=False, path_type=Path))
@click.confirmation_option(prompt="This replaces everything in the database. Go on?")
def restore_command(source: Path) -> None:
    """Replace the content of the database by the backup SOURCE."""
    url = database_url(load_settings())
    restore(url, source)
    migrate(create_engine(url))
    click.echo(f"restored from {source}")
