"""Files of reports as they were sent, byte for byte."""

import hashlib
from dataclasses import dataclass, fields

from sqlalchemy import Connection, select

from reports.archive.models import ArchivedFile
from reports.archive.openness import everybody, is_for_some, why_closed
from reports.errors import DamagedFileError, NoLongerKeptError, RestrictedError, UnknownRunError
from schemas.identity.readers import Reader
from schemas.tables import report_archive, report_runs

_COLUMNS = tuple(report_archive.c[each.name] for each in fields(ArchivedFile))
_RUN = report_runs.c


@dataclass(frozen=True)
class FoundFile:
    """A file that the reader may have, of which report it is, and whether what it shows is not for everybody."""

    file: ArchivedFile
    report_id: str
    shows_restricted: bool


def find_file(connection: Connection, run_id: int, name: str, reader: Reader) -> FoundFile:
    """A file of a run, without its bytes. Three statements.

    Raises:
        UnknownRunError: there is no such run, or it never had such a file.
        RestrictedError: the reader may not read all that the report shows.
        NoLongerKeptError: it was made, and its files are no longer kept.
    """
    about = select(
        _RUN.report_id,
        _RUN.shows_restricted,
        _RUN.contents["metrics"].label("metrics"),
        _RUN.contents["hidden"].label("hidden"),
        (_RUN.contents.is_(None) & _RUN.made_at.is_not(None)).label("is_gone"),
    )
    run = connection.execute(about.where(_RUN.run_id == run_id)).one_or_none()
    if run is None:
        raise UnknownRunError(f"there is no run {run_id} of a report")
    shown = {"shows_restricted": run.shows_restricted, "metrics": run.metrics, "hidden": run.hidden}
    why = why_closed(reader, **shown)
    if why is not None:
        raise RestrictedError(f"the report shows what not everyone may read: {why}")
    if run.is_gone:
        raise NoLongerKeptError(f"files and contents of run {run_id} are no longer kept")
    chosen = (report_archive.c.run_id == run_id, report_archive.c.name == name)
    row = connection.execute(select(*_COLUMNS).where(*chosen)).one_or_none()
    if row is None:
        raise UnknownRunError(f"run {run_id} has no file {name!r}")
    return FoundFile(ArchivedFile(*row), run.report_id, is_for_some(everybody(connection), **shown))


def read_bytes(connection: Connection, file: ArchivedFile) -> bytes:
    """What a file holds, as it was sent. One statement.

    Raises:
        NoLongerKeptError: it went since it was found.
        DamagedFileError: these are not the bytes that were stored.
    """
    chosen = (report_archive.c.run_id == file.run_id, report_archive.c.name == file.name)
    content: bytes | None = connection.scalar(select(report_archive.c.content).where(*chosen))
    if content is None:
        raise NoLongerKeptError(f"files of run {file.run_id} are no longer kept")
    return undamaged(content, file.content_hash, file.name, file.run_id)


def undamaged(content: bytes, content_hash: str, name: str, run_id: int) -> bytes:
    """The bytes of a file where they are those of its hash.

    Raises:
        DamagedFileError: they are not.
    """
    if hashlib.sha256(content).hexdigest() != content_hash:
        raise DamagedFileError(
            f"{name} of run {run_id} is damaged: its bytes are not those of its hash {content_hash}; "
            f"a backup has them, and `mdl report archive check {run_id}` says whether all files of the run are whole"
        )
    return bytes(content)
