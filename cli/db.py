"""`mdl db …`: the database as a whole: migrate, backup, restore."""

from pathlib import Path

import click

from cli.help import examples
from cli.installation import Installation, on_installation
from core.database import database_url
from schemas.backup import backup, restore


@click.group(epilog=examples("mdl db migrate", "mdl db backup /backups/mdl.dump"))
def db() -> None:
    """Look after the database."""


@db.command("migrate", epilog=examples("mdl db migrate"))
@on_installation
def migrate_command(installation: Installation) -> None:
    """Bring the database to the newest schema."""
    installation.migrated()
    click.echo("the database has the newest schema")


@db.command("prepare", epilog=examples("mdl db prepare", "mdl db prepare --wait 300"))
@click.option("--wait", type=click.FloatRange(min=0), metavar="SECONDS", help="Wait for another's instead.")
@on_installation
def prepare_command(installation: Installation, wait: float | None) -> None:
    """Bring the database to the newest schema, with Dagster's tables and a first user.

    What containers that serve one installation wait for; `mdl up` does it by itself.
    """
    from pipelines.orchestration.containers import make_ready, wait_until_ready  # noqa: PLC0415

    if wait is None:
        make_ready(installation.settings, click.echo)
    else:
        wait_until_ready(installation.settings, wait)
    click.echo("the database is prepared")


@db.command("backup", epilog=examples("mdl db backup /backups/mdl.dump"))
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@on_installation
def backup_command(installation: Installation, target: Path) -> None:
    """Write the whole database to TARGET."""
    backup(database_url(installation.settings), target)
    click.echo(f"{target}: {target.stat().st_size:,} bytes")


@db.command("restore", epilog=examples("mdl db restore /backups/mdl.dump --yes"))
@click.argument("source", type=click.Path(dir_okay=False, path_type=Path))
@click.confirmation_option(prompt="This replaces everything in the database. Go on?")
@on_installation
def restore_command(installation: Installation, source: Path) -> None:
    """Replace the content of the database by the backup SOURCE."""
    restore(database_url(installation.settings), source)
    installation.migrated()
    click.echo(f"restored from {source}")
