"""Sources as those see them who ask whether data came: what is promised, what was delivered, what was refused."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from reports.operations.freshness import Freshness, footings, freshness
from reports.operations.models import SourceQuality
from reports.operations.quality import data_quality
from schemas.catalog.queries import read_document
from schemas.tables import catalog_documents, incidents


@dataclass(frozen=True)
class SourceStanding:
    """One source of the catalog, or that once delivered.

    state: rejected (files were refused whole or lost), late (less came by now than is promised), quarantined (rows were
    refused), accepted, or no_data where nothing was ever delivered. is_described: the catalog has it.
    """

    source_id: str
    format: str | None
    path: str | None
    owner_team: str | None
    is_described: bool
    state: str
    freshness: Freshness | None
    quality: SourceQuality | None
    incidents: int


def source_standings(connection: Connection, now: datetime) -> list[SourceStanding]:
    """Every source by id, as it stands at `now`. Seven statements."""
    content = catalog_documents.c.content
    described = {
        row.document_id: row
        for row in connection.execute(
            select(
                catalog_documents.c.document_id,
                *(content[name].astext.label(name) for name in ("format", "path", "owner_team")),
            ).where(catalog_documents.c.kind == "source", ~catalog_documents.c.is_deleted)
        )
    }
    quality = {each.source_id: each for each in data_quality(connection).sources}
    fresh = freshness(connection, footings(connection))
    open_ones = _open_incidents(connection)
    found = []
    for source_id in sorted({*described, *quality}):
        document, delivered, newest = described.get(source_id), quality.get(source_id), fresh.get(source_id)
        found.append(
            SourceStanding(
                source_id,
                document.format if document else None,
                document.path if document else None,
                document.owner_team if document else None,
                document is not None,
                _state(delivered, newest, now),
                newest,
                delivered,
                open_ones.get(source_id, 0),
            )
        )
    return found


def source_standing(connection: Connection, source_id: str, now: datetime) -> SourceStanding:
    """One source. Seven statements.

    Raises:
        UnknownDocumentError: there is none, and none ever delivered; the message names what is near.
    """
    found = {each.source_id: each for each in source_standings(connection, now)}
    if source_id not in found:
        read_document(connection, "source", source_id)
    return found[source_id]


def _open_incidents(connection: Connection) -> dict[str, int]:
    columns = incidents.c
    statement = select(columns.subject_id, func.count().label("number")).where(
        columns.subject_kind == "source", columns.state != "resolved"
    )
    return {row.subject_id: row.number for row in connection.execute(statement.group_by(columns.subject_id))}


def _state(delivered: SourceQuality | None, newest: Freshness | None, now: datetime) -> str:
    if delivered and (delivered.files_rejected or delivered.files_lost):
        return "rejected"
    if newest is not None and newest.is_late(now):
        return "late"
    if delivered is None:
        return "no_data"
    return "quarantined" if delivered.rows_quarantined else "accepted"
