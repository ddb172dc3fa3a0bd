"""How an objective came to stand as it does: its score by day, and the times for which it had one status."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from reports.scores.models import ObjectiveStanding
from schemas.tables import objective_progress

MOST_DAYS = 400


@dataclass(frozen=True)
class ScoredDay:
    """What an objective scored on one as-of day."""

    as_of_date: date
    status: str
    progress: float | None
    expected_progress: float | None


@dataclass(frozen=True)
class Spell:
    """Days in a row, of those that were published, with one status; progress of the last of them."""

    status: str
    first: date
    last: date
    progress: float | None
    expected_progress: float | None


def scored_days(connection: Connection, objective: ObjectiveStanding, until: date) -> list[ScoredDay]:
    """The newest 400 as-of days up to that one, the oldest first; none of a restricted objective. One statement."""
    if objective.restricted:
        return []
    columns = objective_progress.c
    statement = (
        select(columns.as_of_date, columns.status, columns.progress, columns.expected_progress)
        .where(columns.objective_id == objective.objective_id, columns.as_of_date <= until)
        .order_by(columns.as_of_date.desc())
        .limit(MOST_DAYS)
    )
    return [ScoredDay(*row) for row in reversed(connection.execute(statement).all())]


def spells(days: Iterable[ScoredDay]) -> list[Spell]:
    """For how long it had which status, the newest first. Pure."""
    found: list[Spell] = []
    for day in days:
        is_same = bool(found) and found[-1].status == day.status
        first = found.pop().first if is_same else day.as_of_date
        found.append(Spell(day.status, first, day.as_of_date, day.progress, day.expected_progress))
    return found[::-1]
