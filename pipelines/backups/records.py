"""What became of backups, in ops.backups, where the database is of a schema that has it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.dialects.postgresql import insert

from pipelines.backups.manifest import Manifest
from pipelines.backups.place import Folder
from schemas.tables import backups


@dataclass(frozen=True)
class BackupRecord:
    """One row of ops.backups."""

    name: str
    location: str
    begun_at: datetime
    seconds: float
    size_bytes: int | None
    publication_id: int | None
    lake_version: int | None
    error: str | None
    verified_at: datetime | None
    fault: str | None
    deleted_at: datetime | None


def note_taken(engine: Engine, folder: Folder, seconds: float, manifest: Manifest) -> None:
    """Enter a whole backup."""
    _enter(
        engine,
        folder,
        seconds,
        size_bytes=manifest.size,
        publication_id=manifest.publication_id,
        lake_version=manifest.lake_version,
    )


def note_failed(engine: Engine, folder: Folder, seconds: float, error: str) -> None:
    """Enter a backup that failed, and why."""
    _enter(engine, folder, seconds, error=error)


def note_verified(engine: Engine, folder: Folder, now: datetime, fault: str | None) -> None:
    """Enter what a restore of a backup into an empty place found; one that is not known here is left alone."""
    with engine.begin() as connection:
        if _has_table(connection):
            statement = update(backups).where(backups.c.name == folder.name)
            connection.execute(statement.values(verified_at=now, fault=fault))


def note_deleted(engine: Engine, folder: Folder, now: datetime) -> None:
    """Enter that a backup was deleted."""
    with engine.begin() as connection:
        if _has_table(connection):
            connection.execute(update(backups).where(backups.c.name == folder.name).values(deleted_at=now))


def backup_records(connection: Connection) -> list[BackupRecord]:
    """All backups, newest first."""
    if not _has_table(connection):
        return []
    columns = [backups.c[name] for name in BackupRecord.__annotations__]
    rows = connection.execute(select(*columns).order_by(backups.c.begun_at.desc())).mappings()
    return [BackupRecord(**row) for row in rows]


def _enter(engine: Engine, folder: Folder, seconds: float, **what: Any) -> None:
    with engine.begin() as connection:
        if _has_table(connection):
            known = {"location": folder.shown, "begun_at": folder.begun_at, "seconds": seconds}
            statement = insert(backups).values(name=folder.name, **known, **what)
            connection.execute(statement.on_conflict_do_nothing())


def _has_table(connection: Connection) -> bool:
    """A database of an older schema has none: a backup before an upgrade is taken all the same."""
    return connection.scalar(select(func.to_regclass("ops.backups"))) is not None
