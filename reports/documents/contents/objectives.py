"""Objectives of a report, as scored on the day of its publication, with the pace of key results."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from reports.cells import Cell, Figure, Restricted, Share, Status, Table
from reports.charts.data import Pace, PacePoint
from reports.charts.pace import read_pace
from reports.documents.contents.basis import Basis
from reports.documents.contents.facts import KeyResultPace
from reports.documents.contents.names import link_to, name_for
from reports.documents.model import Illustration, Piece, Section, Sentence
from reports.errors import NoNumbersError, NotOfferedError, TooManyRowsError, UnknownMetricError
from reports.scores.models import KeyResultStanding, ObjectiveStanding, Scorecard

MOST_CHARTS = 30
_POINTS = 12
_KEY_RESULTS = {
    "key_result": "Key result",
    "status": "Status",
    "progress": "Progress",
    "expected": "Expected",
    "current": "Current",
    "baseline": "From",
    "target": "Target",
    "projected": "Projected",
}
_OBJECTIVES = {
    "objective": "Objective",
    "owner": "Owner",
    "status": "Status",
    "progress": "Progress",
    "expected": "Expected",
    "coverage": "With data",
    "ends": "Ends",
}
_SHARES = frozenset({"progress", "expected", "coverage"})
_WORDS = {
    "achieved": "Achieved: ",
    "on_track": "On track: ",
    "at_risk": "At risk: ",
    "off_track": "Off track: ",
    "not_started": "Not begun: ",
}
_WAY = {"at": "Up to", "value": "Measured"}


def objectives_in(basis: Basis, card: Scorecard) -> list[ObjectiveStanding]:
    """Objectives of the scope that are scored, by domain; one that was over before the period only if it is named."""
    every = [*(each for domain in card.domains for each in domain.objectives), *card.unassigned]
    first = basis.period.start.date()
    return [
        one
        for one in every
        if one.objective_id in basis.scope.objectives
        and (
            one.end_date is None or one.end_date >= first or one.objective_id in basis.report.scope.objectives
        )
    ]


def objective_section(basis: Basis, card: Scorecard) -> Section | None:
    """A part for each objective with its key results; the first 30 of these that can be drawn have a chart."""
    left = MOST_CHARTS
    parts = []
    for one in objectives_in(basis, card):
        ways = _ways(basis, one, card, left)
        left -= len(ways)
        parts.append(_part(one, ways, card.as_of_date))
    if not parts:
        return None
    rows = [_objective_row(one) for one in objectives_in(basis, card)]
    table = Table("objectives", "Objectives on the day of the publication", _OBJECTIVES, rows, _SHARES)
    return Section("objectives", "Objectives", tables=[table], parts=parts)


def paces(basis: Basis, card: Scorecard) -> list[KeyResultPace]:
    """Of every key result of the scope that the audience may read."""
    return [
        KeyResultPace(each.name, each.status, each.progress, each.expected_progress)
        for one in objectives_in(basis, card)
        for each in one.key_results
        if not each.restricted
    ]


def thinned(points: tuple[PacePoint, ...]) -> tuple[PacePoint, ...]:
    """At most twelve of the points, evenly from the newest back."""
    step = -(-len(points) // _POINTS) or 1
    return points[::-1][::step][::-1]


def _objective_row(one: ObjectiveStanding) -> dict[str, Cell]:
    return {
        "objective": link_to("objectives", one.objective_id, one.name),
        "owner": one.owner_team,
        "status": Status(one.status),
        "progress": Restricted() if one.restricted else Share(one.progress),
        "expected": None if one.restricted else Share(one.expected_progress),
        "coverage": Share(one.coverage),
        "ends": one.end_date,
    }


def _part(one: ObjectiveStanding, ways: list[tuple[KeyResultStanding, Pace]], day: date) -> Section:
    name = name_for("objective", one.objective_id)
    rows = [_key_result_row(each) for each in one.key_results]
    numeric = frozenset(_KEY_RESULTS) - {"key_result", "status"}
    tables = [Table(name, f"Key results of {one.name}", _KEY_RESULTS, rows, numeric)] if rows else []
    drawn = []
    for each, way in ways:
        called = name_for("key-result", one.objective_id, each.kr_id)
        tables.append(_way_table(called, each, way))
        drawn.append(Illustration(called, way))
    return Section(name, one.name, [_told(one, day)], tables, drawn)


def _told(one: ObjectiveStanding, day: date) -> Sentence:
    if one.restricted:
        return Sentence(("Its progress is not shown: not everyone may read what it is made of.",))
    if one.progress is None:
        return Sentence(("Nothing of it has been measured yet.",))
    pieces: list[Piece] = [_WORDS.get(one.status, ""), Share(one.progress), " done"]
    if one.expected_progress is not None:
        pieces += [", ", Share(one.expected_progress), " expected by ", day]
    if one.end_date is not None:
        pieces += [f"; it {'ends' if one.end_date >= day else 'ended'} on ", one.end_date]
    return Sentence((*pieces, "."))


def _key_result_row(one: KeyResultStanding) -> dict[str, Cell]:
    name: dict[str, Cell] = {"key_result": one.name, "status": Status(one.status)}
    target = {"target": Figure(one.target_value, one.unit)}
    if one.restricted:
        return name | {each: Restricted() for each in ("progress", "current")} | target
    return (
        name
        | {
            "progress": Share(one.progress),
            "expected": Share(one.expected_progress),
            "current": Figure(one.current_value, one.unit),
            "baseline": Figure(one.baseline_value, one.unit),
            "projected": Figure(one.projected_value, one.unit),
        }
        | target
    )


def _way_table(name: str, one: KeyResultStanding, way: Pace) -> Table:
    rows: list[dict[str, Cell]] = [
        {"at": point.at, "value": Figure(point.value, one.unit)} for point in reversed(way.points)
    ]
    return Table(name, f"The way of {one.name}", _WAY, rows, frozenset({"value"}))


def _ways(
    basis: Basis, objective: ObjectiveStanding, card: Scorecard, most: int
) -> list[tuple[KeyResultStanding, Pace]]:
    return [found for found, _ in zip(_every_way(basis, objective, card), range(most), strict=False)]


def _every_way(
    basis: Basis, objective: ObjectiveStanding, card: Scorecard
) -> Iterator[tuple[KeyResultStanding, Pace]]:
    """The paces of key results that may be read and have been measured, by the report's clock."""
    number = basis.publication.publication_id
    for each in objective.key_results:
        if each.restricted or each.current_value is None:
            continue
        try:
            way = read_pace(basis.connection, objective, each, card.trust, basis.reader, number)
        except (NoNumbersError, NotOfferedError, TooManyRowsError, UnknownMetricError):
            continue  # the metric is another one by now, or has too many values to draw
        if way is not None and way.points:
            local = (PacePoint(point.at.astimezone(basis.zone), point.value) for point in thinned(way.points))
            yield each, replace(way, points=tuple(local))
