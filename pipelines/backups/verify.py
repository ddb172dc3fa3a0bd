"""Whether a backup can be restored, tried and entered in the books."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from core.errors import DataError
from core.settings import Settings
from pipelines.backups.manifest import Manifest
from pipelines.backups.place import Folder, folder_at
from pipelines.backups.records import note_verified
from pipelines.backups.restore import verify_backup


def verify_and_note(settings: Settings, engine: Engine, location: str, now: datetime) -> Manifest:
    """Restore a backup into an empty place, compare it, and note what was found in ops.backups.

    Raises:
        DataError: it could not be restored, or what came out differs; with the reason.
    """
    folder = folder_at(location)
    try:
        manifest = verify_backup(location, settings)
    except DataError as error:
        _note(engine, folder, now, str(error))
        raise
    _note(engine, folder, now, None)
    return manifest


def _note(engine: Engine, folder: Folder, now: datetime, fault: str | None) -> None:
    """Where the installation itself is lost, its books are, but what it asks of the backup is answered all the same."""
    with suppress(OperationalError):
        note_verified(engine, folder, now, fault)
