"""Which backups are kept, and deleting the others; the newest good one never is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from core.settings import Settings
from pipelines.backups.place import Folder, backups_at
from pipelines.backups.records import backup_records, note_deleted

# no backup takes longer: what has no manifest by then was broken off
_BROKEN_OFF = timedelta(days=2)


@dataclass(frozen=True)
class KeptBackup:
    """What decides whether a backup is kept; `is_good` None: it was not verified yet."""

    name: str
    begun_at: datetime
    is_whole: bool
    is_good: bool | None


def outdated(found: Sequence[KeptBackup], now: datetime, most: int, longest: timedelta | None) -> list[str]:
    """Names of backups to be deleted: whole ones beyond the newest `most` or older than `longest`, and broken-off ones.

    The newest that was verified good is kept, and so is the newest whole one that is not known to be bad.
    """
    ordered = sorted(found, key=lambda each: each.begun_at, reverse=True)
    whole = [each for each in ordered if each.is_whole]
    verified = [each.name for each in whole if each.is_good][:1]
    hopeful = [each.name for each in whole if each.is_good is not False][:1]
    spared = {*verified, *(hopeful or [each.name for each in whole][:1])}
    old = [
        each.name
        for place, each in enumerate(whole)
        if place >= most or (longest is not None and now - each.begun_at > longest)
    ]
    broken = [each.name for each in ordered if not each.is_whole and now - each.begun_at > _BROKEN_OFF]
    return [name for name in [*old, *broken] if name not in spared]


def delete_outdated(settings: Settings, engine: Engine, location: str, now: datetime) -> list[str]:
    """Delete what the settings do not keep at a path or URL; names of what was deleted."""
    folders = {folder.name: folder for folder in backups_at(location)}
    days, verdicts = settings.keep_backup_days, _verdicts(engine)
    gone = outdated(
        [_facts(folder, verdicts) for folder in folders.values()],
        now,
        settings.keep_backups,
        timedelta(days=days) if days is not None else None,
    )
    for name in gone:
        folders[name].remove()
        note_deleted(engine, folders[name], now)
    return gone


def _verdicts(engine: Engine) -> Mapping[str, bool]:
    with engine.connect() as connection:
        records = backup_records(connection)
    return {each.name: each.fault is None for each in records if each.verified_at is not None}


def _facts(folder: Folder, verdicts: Mapping[str, bool]) -> KeptBackup:
    return KeptBackup(folder.name, folder.begun_at, folder.is_whole(), verdicts.get(folder.name))
