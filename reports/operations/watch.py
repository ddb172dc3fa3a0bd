"""The state of alerting and of what was delivered, for those who watch the installation from outside."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from math import inf, nan
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Double,
    ScalarSelect,
    Select,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from reports.alerting.rules import OUTCOMES
from reports.operations.quality import newest_deliveries
from schemas.alerting.vocabulary import SEVERITIES
from schemas.tables import alert_evaluations, deliveries, heartbeats, incidents

OPEN_STATES = ("pending", "firing", "acknowledged")
DELIVERY_STATES = ("waiting", "sending", "delivered", "withdrawn", "dead")
CHANNELS = ("slack", "email", "pagerduty", "teams", "webhook", "alertmanager")
OTHER = "other"
ROWS = ("accepted", "quarantined", "superseded", "rejected")
FILES = ("accepted", "rejected", "staged")
# more names than that help nobody, and each is a time series
_MOST_NAMES = 200
_RECENT = timedelta(days=1)
Numbers = Mapping[str, float]
PairNumbers = Mapping[tuple[str, ...], float]


@dataclass(frozen=True)
class Sensor:
    """Seconds since it did its work (infinite: never), seconds after which it should again, failures in a row since."""

    age: float
    interval: float
    failures: float


@dataclass(frozen=True)
class Watched:
    """What there is to watch; every state is there, with 0 where it counts nothing.

    incidents: open ones by state and severity.
    deliveries: under way, or ended within a day, by state. dead: given up within a day, by kind of channel.
    outcomes: of the newest evaluation. evaluation_age: seconds, NaN before the first.
    rows, files: of the newest content of each file, by source and what became of them.
    """

    incidents: PairNumbers
    deliveries: Numbers
    dead: Numbers
    outcomes: Numbers
    evaluation_age: float
    sensors: Mapping[str, Sensor]
    rows: PairNumbers
    files: PairNumbers


def watched(connection: Connection, now: datetime) -> Watched:
    """Read everything. Two statements."""
    parts = (_incidents(), _deliveries(now), _dead(now), _evaluation(now), _sensors(now))
    counted, delivered, dead, evaluations, sensors = connection.execute(select(*map(_as_list, parts))).one()
    evaluation = evaluations[0] if evaluations else {}
    sources = connection.execute(_sources()).all()
    return Watched(
        incidents=_zeros(product(OPEN_STATES, SEVERITIES))
        | {(row["state"], row["severity"]): row["number"] for row in counted},
        deliveries=_zeros(DELIVERY_STATES) | {row["state"]: row["number"] for row in delivered},
        dead=_zeros((*CHANNELS, OTHER)) | {row["channel"]: row["number"] for row in dead},
        outcomes={name: evaluation.get(name, 0) for name in OUTCOMES},
        evaluation_age=evaluation.get("age", nan),
        sensors={
            row["name"]: Sensor(inf if row["age"] is None else row["age"], row["interval"], row["failures"])
            for row in sensors
        },
        rows=_by_source(sources, "rows", ROWS),
        files=_by_source(sources, "files", FILES),
    )


def _as_list(statement: Select[Any]) -> ScalarSelect[Any]:
    """Its rows as one JSON value, so that several statements are one."""
    rows = statement.subquery()
    listed = func.jsonb_agg(func.to_jsonb(rows.table_valued()))
    return select(func.coalesce(listed, literal([], JSONB))).scalar_subquery()


def _incidents() -> Select[Any]:
    state, severity = incidents.c.state, incidents.c.severity
    counted = select(state, severity, func.count().label("number")).where(state != "resolved")
    return counted.group_by(state, severity)


def _deliveries(now: datetime) -> Select[Any]:
    columns = deliveries.c
    is_recent = or_(columns.state.in_(["waiting", "sending"]), columns.ended_at > now - _RECENT)
    return select(columns.state, func.count().label("number")).where(is_recent).group_by(columns.state)


def _dead(now: datetime) -> Select[Any]:
    columns = deliveries.c
    named = func.split_part(columns.target, ":", 1)
    channel = case((named.in_(CHANNELS), named), else_=OTHER).label("channel")
    given_up = (columns.state == "dead", columns.ended_at > now - _RECENT)
    return select(channel, func.count().label("number")).where(*given_up).group_by(channel)


def _evaluation(now: datetime) -> Select[Any]:
    columns = alert_evaluations.c
    wanted = (columns[name] for name in OUTCOMES)
    newest = select(*wanted, _age(columns.evaluated_at, now)).order_by(columns.evaluation_id.desc())
    return newest.limit(1)


def _sensors(now: datetime) -> Select[Any]:
    columns = heartbeats.c
    interval = columns.expected_every_seconds.label("interval")
    wanted = select(columns.name, _age(columns.last_succeeded_at, now), interval, columns.failures)
    return wanted.order_by(columns.name).limit(_MOST_NAMES)


def _since(moment: ColumnElement[Any], now: datetime) -> ColumnElement[Any]:
    return literal(now, DateTime(timezone=True)) - moment


def _age(moment: ColumnElement[Any], now: datetime) -> ColumnElement[Any]:
    return cast(func.extract("epoch", _since(moment, now)), Double).label("age")


def _sources() -> Select[Any]:
    """Of every source, rows and files of the newest content of each path; what a refused file held is `rejected`."""
    newest = newest_deliveries()
    is_refused = newest.c.status == "rejected"

    def rows(name: str) -> ColumnElement[Any]:
        if name == "rejected":
            return func.sum(newest.c.row_count).filter(is_refused)
        return func.sum(newest.c[f"{name}_count"]).filter(~is_refused)

    return (
        select(
            newest.c.source_id,
            *(func.coalesce(rows(name), 0).label(f"rows_{name}") for name in ROWS),
            *(func.count().filter(newest.c.status == name).label(f"files_{name}") for name in FILES),
        )
        .group_by(newest.c.source_id)
        .order_by(newest.c.source_id)
    )


def _by_source(sources: Iterable[Any], what: str, names: Iterable[str]) -> PairNumbers:
    """Sources beyond the first 200 count together."""
    found: dict[tuple[str, ...], float] = {}
    for index, row in enumerate(sources):
        source = row.source_id if index < _MOST_NAMES else OTHER
        for name in names:
            found[source, name] = found.get((source, name), 0) + float(getattr(row, f"{what}_{name}"))
    return found


def _zeros(names: Iterable[Any]) -> dict[Any, float]:
    return dict.fromkeys(names, 0.0)
