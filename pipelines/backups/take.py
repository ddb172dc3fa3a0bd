"""Taking a backup: database and lake at one version, while people edit and runs publish."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Engine, func, select

from core.database import database_url
from core.errors import DataError, MdlError
from core.home import keep_private
from core.settings import Settings
from pipelines.backups.contents import lake_rows, table_contents
from pipelines.backups.manifest import DUMP, LAKE, STAGED, Manifest, written
from pipelines.backups.place import Folder, StoredFile, new_backup
from pipelines.backups.records import note_failed, note_taken
from pipelines.lake import Lake
from pipelines.locks import writing
from schemas.backup import dump
from schemas.locks import Lock, give_back, session, try_take
from schemas.migrate import stored_revision
from schemas.tables import catalog_state, publications

_LOG = "_delta_log"
_COMMIT = re.compile(r"(\d{20})\.")


@dataclass(frozen=True)
class Taken:
    """A whole backup, and what is in it."""

    folder: Folder
    manifest: Manifest


def take_backup(
    settings: Settings, engine: Engine, location: str, now: datetime, on_wait: Callable[[], None]
) -> Taken:
    """Write a backup below `location`, a path or URL; what became of it is in ops.backups.

    Args:
        settings: of the installation.
        engine: on its database.
        location: a folder for backups; a new folder is made in it.
        now: of the wall clock; names the backup.
        on_wait: called where a run is writing, whose end is waited for.

    Raises:
        DataError: another backup is being taken, the database has no schema of MDL, or a tool or file failed.
        TransientError: the place cannot be written to.
    """
    keep_private(settings.home)
    folder, begun = new_backup(location, now), time.monotonic()
    with _alone(engine):
        try:
            manifest = _write(settings, engine, folder, now, on_wait)
            folder.seal(written(manifest))
        except MdlError as error:
            note_failed(engine, folder, time.monotonic() - begun, str(error))
            raise
        note_taken(engine, folder, time.monotonic() - begun, manifest)
    return Taken(folder, manifest)


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    with session(engine) as connection:
        if not try_take(connection, Lock.BACKUP):
            raise DataError("another backup is being taken; wait for its end")
        try:
            yield
        finally:
            give_back(connection, Lock.BACKUP)


def _write(
    settings: Settings, engine: Engine, folder: Folder, now: datetime, on_wait: Callable[[], None]
) -> Manifest:
    """All files but the manifest.

    Between two runs, database and lake say the same: that moment is found by the writer's lock, which is held only
    until the database's snapshot is exported, the lake's version known and the few staged files are copied. What comes
    after reads that snapshot and files that no later commit changes (upkeep deletes none that the last week needed), so
    that runs go on meanwhile.
    """
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with ExitStack() as stack:
        connection = stack.enter_context(engine.connect().execution_options(**options))
        with writing(engine, on_wait):
            revision = stored_revision(connection)
            if revision is None:
                raise DataError("the database is empty: there is nothing to take a backup of")
            snapshot = connection.scalar(select(func.pg_export_snapshot()))
            lake = Lake(settings.lake_path)
            files = _copied(folder, settings.staging_path / "files", STAGED, "*.parquet")
        with folder.writing(DUMP) as target:
            dump(database_url(settings), target, str(snapshot))
        files[DUMP] = target.stored
        files |= _lake_files(folder, lake)
        return Manifest(
            mdl_version=version("metrics-definition-library"),
            schema_revision=revision,
            taken_at=now,
            publication_id=connection.scalar(select(func.max(publications.c.publication_id))),
            catalog_version=connection.scalar(select(catalog_state.c.version)),
            lake_version=lake.version(),
            lake_rows=lake_rows(lake),
            tables=table_contents(connection),
            files=files,
        )


def _lake_files(folder: Folder, lake: Lake) -> dict[str, StoredFile]:
    """The Parquet files of the pinned version, and the log up to it, by which the next run knows what changed since."""
    pinned = lake.version()
    if pinned is None:
        return {}
    log = [
        f"{_LOG}/{path.name}"
        for path in sorted((lake.path / _LOG).iterdir())
        if (found := _COMMIT.match(path.name)) and int(found[1]) <= pinned
    ]
    names = [*log, *sorted(file.path for file in lake.files())]
    return {LAKE + name: _copy(folder, lake.path / name, LAKE + name) for name in names}


def _copied(folder: Folder, source: Path, below: str, pattern: str) -> dict[str, StoredFile]:
    return {
        below + path.name: _copy(folder, path, below + path.name) for path in sorted(source.glob(pattern))
    }


def _copy(folder: Folder, source: Path, name: str) -> StoredFile:
    try:
        with source.open("rb") as content:
            return folder.write(name, content)
    except FileNotFoundError as error:
        raise DataError(f"{source} is missing: the lake is damaged, see `mdl doctor`") from error
