"""Which published rows an answer is made of: now, or as they were published on an earlier day."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, FromClause, select, union_all

from reports.errors import NotOfferedError
from reports.models import AsOf, Publication
from reports.publications import start_of_day
from schemas.tables import metric_value_revisions, metric_values

_COLUMNS = [column.name for column in metric_values.columns]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What is asked for, of whichever metrics.

    grain: None means the metric's current grain.
    slices: exact slice texts, "" is the total. by: dimension names, meaning every slice of exactly these.
        Neither means the total.
    start, end: a date is a day of the reporting zone, `end` included; a datetime is an instant, `end` not.
    is_complete: True only finished periods, False only running ones.
    as_of: answer with what was published by the end of that day.
    at_most: refuse rather than answer with more rows.
    """

    grain: str | None = None
    slices: Sequence[str] = ()
    by: Sequence[str] = ()
    start: date | datetime | None = None
    end: date | datetime | None = None
    is_complete: bool | None = None
    as_of: AsOf | None = None
    at_most: int | None = None

    def __post_init__(self) -> None:
        """Insist that slices name values.

        Raises:
            NotOfferedError: one is a dimension alone.
        """
        for text in self.slices:
            for part in filter(None, text.split(",")):
                if "=" not in part:
                    raise NotOfferedError(
                        f"the slice {text!r} has no value of {part}: say {part}=… with a value for one slice (as in "
                        f"slice={part}=AA), or by={part} for all of them"
                    )

    @property
    def slice_sets(self) -> list[tuple[str, ...]]:
        """Sorted dimension names of every slice set that is asked for."""
        wanted = [_names(text) for text in self.slices]
        return [*wanted, tuple(sorted(self.by))] if self.by else wanted or [()]


def rows_of(publication: Publication, as_of: AsOf | None) -> FromClause:
    """The rows that stand now, or with `as_of` those that stood once `publication` was made.

    The latter were written by then, and not yet superseded by then.
    """
    if as_of is None:
        return metric_values
    number = publication.publication_id
    revisions = metric_value_revisions
    standing = select(metric_values).where(metric_values.c.publication_id <= number)
    superseded_later = select(*(revisions.c[name] for name in _COLUMNS)).where(
        revisions.c.publication_id <= number, revisions.c.superseded_by > number
    )
    return union_all(standing, superseded_later).subquery("rows_as_of")


def conditions(
    source: FromClause, metric_ids: Iterable[str], grain: str, selection: Selection, zone: ZoneInfo
) -> list[ColumnElement[bool]]:
    """What rows must meet; days of the selection are days of `zone`."""
    found = [source.c.metric_id.in_(list(metric_ids)), source.c.grain == grain, _in_slices(source, selection)]
    if selection.start is not None:
        found.append(source.c.period_start >= _instant(selection.start, zone))
    if selection.end is not None:
        is_day = not isinstance(selection.end, datetime)
        end = selection.end + timedelta(days=1) if is_day else selection.end
        found.append(source.c.period_start < _instant(end, zone))
    if selection.is_complete is not None:
        found.append(source.c.is_complete == selection.is_complete)
    return found


def named(slice_sets: Iterable[tuple[str, ...]]) -> str:
    """Slice sets for people."""
    return ", ".join("+".join(names) or "the total" for names in slice_sets)


def _in_slices(source: FromClause, selection: Selection) -> ColumnElement[bool]:
    exact = [",".join(sorted(text.split(","))) for text in selection.slices]
    if not selection.by:
        return source.c.slice.in_(exact or [""])
    pattern = ",".join(f"{re.escape(name)}=[^,]*" for name in sorted(selection.by))
    matches = source.c.slice.regexp_match(f"^{pattern}$")
    return matches | source.c.slice.in_(exact) if exact else matches


def _names(slice_text: str) -> tuple[str, ...]:
    return tuple(sorted(part.partition("=")[0] for part in slice_text.split(",") if part))


def _instant(bound: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(bound, datetime):
        return start_of_day(bound, zone)
    return bound if bound.tzinfo else bound.replace(tzinfo=zone)
