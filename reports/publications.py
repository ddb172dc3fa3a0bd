"""Which publication an answer stands on, and the consistent read that belongs to it."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, Row, func, select

from reports.errors import NothingPublishedError, UnknownPublicationError
from reports.models import AsOf, Delivered, Publication, Trust
from schemas.identity.readers import Reader
from schemas.paging import page_of
from schemas.tables import publications as table

RESTRICTED = "restricted"
"""What stands in place of what a reader may not see, and of its status."""
HELD_BACK = "held_back"
"""Under which the scope of a publication has the metrics that it left out, and why."""


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A read-only connection whose statements all see the same publication."""
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection:
        yield connection


def publications(connection: Connection, page: int, limit: int) -> list[Publication]:
    """A page of publications, counted from 1, newest first."""
    newest = select(table).order_by(table.c.publication_id.desc())
    return [publication_of(row) for row in connection.execute(page_of(newest, page, limit))]


def publication_page(connection: Connection, page: int, limit: int) -> tuple[list[Publication], int]:
    """A page of publications, counted from 1, newest first, and how many there are. Two statements."""
    return publications(connection, page, limit), publication_count(connection)


def read_publication(connection: Connection, publication_id: int) -> Publication:
    """One publication. One statement.

    Raises:
        UnknownPublicationError: there is none of that id.
    """
    row = connection.execute(select(table).where(table.c.publication_id == publication_id)).one_or_none()
    if row is None:
        raise UnknownPublicationError(f"there is no publication {publication_id}")
    return publication_of(row)


def publication_count(connection: Connection) -> int:
    """How many publications there are."""
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def publication_of(row: Row[Any]) -> Publication:
    """Read a row of ops.publications; its instants come out in the publication's own zone."""
    zone = ZoneInfo(row.timezone)
    values: dict[str, Any] = {
        name: value.astimezone(zone) if isinstance(value, datetime) else value
        for name, value in row._asdict().items()
    }
    return Publication(**values)


def standing_publication(connection: Connection, as_of: AsOf | None = None) -> Publication:
    """The newest publication, the one that stood at the end of the day `as_of`, or the one of that number.

    The day is one of the newest publication's reporting zone. Two statements at most.

    Raises:
        NothingPublishedError: there is none; the message says since when there are publications.
        UnknownPublicationError: there is none of that number.
    """
    if isinstance(as_of, int):
        return read_publication(connection, as_of)
    newest = next(iter(publications(connection, 1, 1)), None)
    if newest is None:
        raise NothingPublishedError("nothing has been published yet; `mdl run` publishes")
    if as_of is None:
        return newest
    end = start_of_day(as_of + timedelta(days=1), ZoneInfo(newest.timezone))
    statement = (
        select(table)
        .where(table.c.published_at < end)
        # not by number alone: a run may be set back in time
        .order_by(table.c.published_at.desc(), table.c.publication_id.desc())
        .limit(1)
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        first = connection.scalar(select(table.c.published_at).order_by(table.c.published_at).limit(1))
        since = first.astimezone(ZoneInfo(newest.timezone)) if first else newest.published_at
        raise NothingPublishedError(
            f"nothing had been published by {as_of}; the first publication is of {since:%Y-%m-%d %H:%M %Z}"
        )
    return publication_of(row)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Midnight with which a day of the zone begins."""
    return datetime.combine(day, time(), tzinfo=zone)


def trust_of(
    publication: Publication,
    reader: Reader,
    *,
    is_complete: bool,
    definition_version: str | None = None,
    definition_hash: str | None = None,
    sources: Collection[str] = (),
    metrics: Collection[str] = (),
) -> Trust:
    """What an answer out of `publication` about `metrics` rests on, and on which `sources`; none stands for all.

    Why a metric is held back may quote a value of it: it is told to those who may read it.
    """
    deliveries = _delivered(publication, sources)
    held_back = publication.scope.get(HELD_BACK, {})
    return Trust(
        publication_id=publication.publication_id,
        published_at=publication.published_at,
        as_of=publication.as_of,
        data_through=publication.data_through,
        timezone=publication.timezone,
        is_complete=is_complete,
        lake_version=publication.lake_version,
        catalog_version=publication.catalog_version,
        quality=deliveries.state if deliveries else publication.quality,
        definition_version=definition_version,
        definition_hash=definition_hash,
        deliveries=deliveries,
        held_back={
            name: why if reader.sees(name) else RESTRICTED
            for name, why in held_back.items()
            if not metrics or name in metrics
        },
    )


def _delivered(publication: Publication, sources: Collection[str]) -> Delivered | None:
    if publication.deliveries is None:
        return None
    wanted = [counts for source, counts in publication.deliveries.items() if not sources or source in sources]
    return Delivered(**{each.name: sum(one[each.name] for one in wanted) for each in fields(Delivered)})
