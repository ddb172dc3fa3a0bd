"""Whether a report would be the same if it were made again of its publication, and that its files are as they were."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from reports.archive.files import read_bytes
from reports.archive.runs import read_run
from reports.errors import NoLongerKeptError
from schemas.documents.documents import Report
from schemas.documents.export import assemble
from schemas.documents.load import load_documents
from schemas.identity.readers import OPERATOR
from schemas.tables import catalog_history

# said of the moment at which it was made: not of the publication
_OF_THE_MOMENT = ("cover.doubts",)
_MOST = 100


@dataclass(frozen=True)
class ReportDifference:
    """One value that is not as it was stored; None is one that is not there."""

    path: str
    stored: Any
    again: Any


@dataclass(frozen=True)
class MadeAgain:
    """A report beside what was stored of it: the first 100 differences, none where it is the same.

    files: how many there are, each with the bytes of its hash. is_as_defined: the document of that time was found;
    else it was made again by the one that is in force.
    """

    run_id: int
    publication_id: int
    files: int
    is_as_defined: bool
    differences: tuple[ReportDifference, ...]


def make_again(
    connection: Connection, run_id: int, zone: ZoneInfo, locale: str, public_url: str | None = None
) -> MadeAgain:
    """Make a report again of its publication, and compare it with what was stored; nothing is written.

    Args:
        connection: one that sees a single state of the database.
        run_id: which.
        zone: the reporting zone, for a report that names none.
        locale: the installation's, for a report that states none.
        public_url: where the pages are reached, which its links hold.

    Raises:
        UnknownRunError: there is no such run.
        NoLongerKeptError: there is nothing to compare with: it was not made, or is no longer kept.
        DamagedFileError: a file of it is not as it was stored.
        CatalogError: its document does not fit the models of this version of MDL.
    """
    from reports.documents.as_json import contents_of  # noqa: PLC0415  loads what draws charts
    from reports.documents.contents.document import ReportRequest, read_report  # noqa: PLC0415  as above
    from reports.documents.model import Period  # noqa: PLC0415  as above

    run = read_run(connection, run_id, OPERATOR, zone)
    if run.contents is None or run.publication_id is None or run.made_at is None:
        raise NoLongerKeptError(f"run {run_id} was not made, or its contents are no longer kept")
    for file in run.files:
        read_bytes(connection, file)
    report, is_as_defined = _definition(connection, run.report_id, run.definition_hash)
    period = Period(run.grain, run.period_start, run.period_end)
    own_zone = ZoneInfo(report.timezone) if report.timezone else zone
    made_at = run.made_at.astimezone(own_zone)
    request = ReportRequest(report, period, run.publication_id, made_at, locale, public_url, run_id)
    again = contents_of(read_report(connection, request))
    found = (each for each in _differences("", run.contents, again) if each.path not in _OF_THE_MOMENT)
    first = tuple(each for each, _ in zip(found, range(_MOST), strict=False))
    return MadeAgain(run_id, run.publication_id, len(run.files), is_as_defined, first)


def _definition(connection: Connection, report_id: str, content_hash: str | None) -> tuple[Report, bool]:
    """The document by its hash, else its newest revision; and whether it is the one of the hash.

    Raises:
        NoLongerKeptError: the catalog never had such a report.
        CatalogError: it does not fit the models of this version of MDL.
    """
    past = catalog_history.c
    revisions = select(past.content, past.content_hash).where(
        past.kind == "report", past.document_id == report_id, past.content.is_not(None)
    )
    rows = connection.execute(revisions.order_by(past.revision.desc())).all()
    if not rows:
        raise NoLongerKeptError(f"the catalog has no report {report_id} to make it again by")
    chosen = next((row for row in rows if row.content_hash == content_hash), rows[0])
    loaded = load_documents(assemble([], {"reports": [chosen.content]}), "the stored catalog")
    loaded.raise_errors()
    return loaded.catalog.reports[report_id], chosen.content_hash == content_hash


def _differences(path: str, stored: Any, again: Any) -> Iterator[ReportDifference]:
    """Each value that differs, by the way to it, such as `sections[0].title`."""
    if isinstance(stored, Mapping) and isinstance(again, Mapping):
        for name in dict.fromkeys((*stored, *again)):
            yield from _differences(f"{path}.{name}".lstrip("."), stored.get(name), again.get(name))
    elif isinstance(stored, list) and isinstance(again, list) and path not in _OF_THE_MOMENT:
        for place in range(max(len(stored), len(again))):
            pair = (each[place] if place < len(each) else None for each in (stored, again))
            yield from _differences(f"{path}[{place}]", *pair)
    elif stored != again and not _is_same_double(stored, again):
        yield ReportDifference(path, stored, again)


def _is_same_double(stored: Any, again: Any) -> bool:
    """Jsonb writes a large double with all its digits, and so it comes back as an integer."""
    return isinstance(stored, int) and isinstance(again, float) and float(stored) == again
