"""`mdl db …`: the installation's data as a whole: migrate, look, back up, verify, restore."""

import re
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from cli.help import examples
from cli.installation import Installation, on_installation
from cli.printing import OutputFormat, format_option, print_rows
from core.clock import wall_now

_WORDS = "select|with|values|table|show|explain"
# a comment in the other form may hold another, and hide what PostgreSQL sees
_READS = re.compile(rf"(?:\s|\(|--[^\r\n]*+)*+(?:{_WORDS})\b", re.IGNORECASE)
_MOST_ROWS = 10_000


@click.group(epilog=examples("mdl db migrate", "mdl db backup --to /backups"))
def db() -> None:
    """Look after the database and the lake."""


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
    from pipelines.orchestration.serving.containers import make_ready, wait_until_ready  # noqa: PLC0415

    if wait is None:
        make_ready(installation.settings, click.echo)
    else:
        wait_until_ready(installation.settings, wait)
    click.echo("the database is prepared")


@db.command("query", epilog=examples("mdl db query 'select * from ops.heartbeats'"))
@click.argument("sql")
@format_option
@on_installation
def query_command(installation: Installation, sql: str, output_format: OutputFormat) -> None:
    """Print what SQL reads, as runbooks ask for it: one statement, which changes nothing, of at most 10,000 rows.

    It ends after half a minute. Functions that do something, such as pg_terminate_backend, do it.
    """
    import psycopg  # noqa: PLC0415  --help needs no database

    from core.database import connect_read_only  # noqa: PLC0415

    if not _READS.match(sql):
        raise click.UsageError(
            f"it reads with {_WORDS.replace('|', ', ')}, and with nothing before that word"
        )
    engine = connect_read_only(installation.engine.url.render_as_string(hide_password=False))
    try:
        with closing(engine.connect()) as connection:
            rows = _rows(connection.connection.driver_connection, sql)
    except psycopg.Error as error:
        raise click.ClickException(f"PostgreSQL says: {error}") from error
    finally:
        engine.dispose()
    print_rows(rows, output_format)


def _rows(connection: Any, sql: str) -> list[dict[str, object]]:
    """What a statement reads. Streamed, PostgreSQL takes one statement alone, and memory what is asked for."""
    rows: list[dict[str, object]] = []
    with connection.cursor() as cursor, closing(cursor.stream(sql)) as found:
        for row in found:
            if len(rows) == _MOST_ROWS:
                raise click.ClickException(f"it reads more than {_MOST_ROWS:,} rows; add a limit")
            names = [column.name for column in cursor.description]
            rows.append(dict(zip(names, map(_shown, row), strict=True)))
    return rows


def _shown(value: object) -> object:
    """Bytes as PostgreSQL writes them."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else value


@db.command("backup", epilog=examples("mdl db backup", "mdl db backup --to s3://bucket/mdl --verify --prune"))
@click.option("--to", "target", help="Folder or URL of backups; MDL_BACKUP_TARGET if it is left out.")
@click.option("--verify", is_flag=True, help="Restore it at once into an empty place, and compare.")
@click.option("--prune", is_flag=True, help="Delete those that MDL_KEEP_BACKUPS and …_DAYS do not keep.")
@on_installation
def backup_command(installation: Installation, target: str | None, *, verify: bool, prune: bool) -> None:
    """Write database and lake, at one version, to a new folder below a folder or URL."""
    from pipelines.backups.keep import delete_outdated  # noqa: PLC0415  loads lake and fsspec
    from pipelines.backups.take import take_backup  # noqa: PLC0415  as above

    settings, engine = installation.settings, installation.engine
    place = target or settings.backups
    taken = take_backup(settings, engine, place, wall_now(), _say_that_it_waits)
    manifest = taken.manifest
    click.echo(
        f"{taken.folder.shown}: {manifest.size:,} bytes in {len(manifest.files):,} files; "
        f"publication {manifest.publication_id or 'none'}, lake version {_or_none(manifest.lake_version)}"
    )
    if verify:
        _verify(installation, f"{place.rstrip('/')}/{taken.folder.name}")
    if prune:
        deleted = delete_outdated(settings, engine, place, wall_now())
        click.echo(f"deleted: {', '.join(deleted) or 'none'}")


@db.command("verify", epilog=examples("mdl db verify /backups/mdl-20261128T020000000000Z"))
@click.argument("backup")
@on_installation
def verify_command(installation: Installation, backup: str) -> None:
    """Restore BACKUP into an empty place of its own, compare counts and hashes, and remove it again."""
    _verify(installation, backup)


@db.command("restore", epilog=examples("mdl db restore /backups/mdl-20261128T020000000000Z"))
@click.argument("backup")
@on_installation
def restore_command(installation: Installation, backup: str) -> None:
    """Restore BACKUP, a folder or URL, into this installation, which must be empty.

    A file that an older MDL wrote holds the database alone, and is restored without a lake.
    """
    from pipelines.backups.restore import restore_backup, restore_dump  # noqa: PLC0415  as above

    if Path(backup).is_file():
        restore_dump(installation.settings, installation.engine, Path(backup))
        click.echo(f"restored the database from {backup}; it holds no lake")
        return
    manifest = restore_backup(installation.settings, installation.engine, backup)
    click.echo(
        f"restored publication {manifest.publication_id or 'none'}, lake version {_or_none(manifest.lake_version)}, "
        f"as of {manifest.taken_at:%Y-%m-%d %H:%M} UTC"
    )


def _verify(installation: Installation, backup: str) -> None:
    from pipelines.backups.verify import verify_and_note  # noqa: PLC0415  as above

    manifest = verify_and_note(installation.settings, installation.engine, backup, wall_now())
    rows = sum(table.rows for table in manifest.tables.values())
    click.echo(
        f"restored and compared: {len(manifest.tables)} tables with {rows:,} rows, "
        f"lake version {_or_none(manifest.lake_version)} with {sum(manifest.lake_rows.values()):,} rows: all as taken"
    )


def _or_none(number: int | None) -> str:
    return "none" if number is None else str(number)


def _say_that_it_waits() -> None:
    click.echo("a run is writing; the backup is of the moment at which it ends", err=True)
