"""A small installation with reports: two metrics of orders by the week in UTC, published as told, looked at as told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from core.settings import Settings
from pipelines.publish import PublishedMetric
from pipelines.reporting.look import ReportLook, look
from pipelines.reporting.make import RunOutcome, make_report
from schemas.catalog.store import apply
from schemas.documents.documents import Catalog, Metric, Report, Source
from tests.build_marts import metric, publish_rows, row, utc

CREATED = utc("2026-03-02 12:00")
"""When reports came into the catalog: a Monday, after the schedule."""
DUE = utc("2026-03-09 07:00")
"""When the first report is due: of the week from Monday 2 March."""
WEEK = utc("2026-03-02")
CHANNELS = ["email:board@example.com", "slack:#numbers"]
_WEEK = timedelta(weeks=1)


def weekly(report_id: str = "weekly", **fields: Any) -> Report:
    """A report of each week, due on Mondays at 7 in UTC."""
    stated = {
        "report_id": report_id,
        "name": report_id.title(),
        "schedule": "0 7 * * 1",
        "channels": CHANNELS,
    }
    return Report.model_validate(stated | fields)


def weekly_metric(metric_id: str, **fields: Any) -> Metric:
    return metric(metric_id, data={"time_grain": ["week"], **fields})


def orders(**fields: Any) -> Source:
    stated = {
        "source_id": "orders",
        "format": "csv",
        "path": "x",
        "event": "order",
        "timestamp": {"column": "at"},
    }
    return Source.model_validate(stated | fields)


@dataclass
class Newsroom:
    """The installation."""

    engine: Engine
    settings: Settings
    folder: Path
    metrics: list[Metric] = field(
        default_factory=lambda: [weekly_metric("revenue"), weekly_metric("customers")]
    )
    reports: list[Report] = field(default_factory=lambda: [weekly()])

    def apply(self, now: datetime = CREATED, *reports: Report) -> None:
        """Store the catalog, with other reports where some are given."""
        self.reports = list(reports) or self.reports
        catalog = Catalog(
            sources={"orders": orders()},
            metrics={each.metric_id: each for each in self.metrics},
            reports={each.report_id: each for each in self.reports},
        )
        apply(self.engine, catalog, changed_by="tests", origin_of=lambda *_: "file:reports.yaml", now=now)

    def publish(
        self,
        as_of: str,
        weeks: Mapping[str, Sequence[float | None]],
        *,
        newest: str | None = None,
        **request: Any,
    ) -> int:
        """Publish values of the weeks from 23 February on; the last is running where it is not over by then."""
        moment = utc(as_of)
        rows = [
            row(
                WEEK - _WEEK + _WEEK * n,
                value,
                metric_id=metric_id,
                grain="week",
                period_end=WEEK + _WEEK * n,
                is_complete=moment >= WEEK + _WEEK * n,
            )
            for metric_id, values in weeks.items()
            for n, value in enumerate(values)
        ]
        published = [
            PublishedMetric(each, "computed", "1.0.0", "hash-1", events=("order",)) for each in self.metrics
        ]
        return publish_rows(
            self.engine,
            self.folder,
            rows,
            metrics=published,
            as_of=moment,
            published_at=moment,
            data_through=utc(newest or as_of),
            coverage={"order": utc(newest or as_of)},
            **request,
        ).publication_id

    def whole(self, as_of: str = "2026-03-09 06:00") -> int:
        """Publish all of the first week that is due."""
        return self.publish(as_of, {"revenue": [1, 2, 3], "customers": [4, 5, 6]})

    def look(self, now: datetime) -> ReportLook:
        return look(self.engine, self.settings, now)

    def work(self, now: datetime) -> list[RunOutcome]:
        """Look, and make what is requested."""
        requests = self.look(now).requests
        return [make_report(self.engine, self.settings, each.run.run_id, now) for each in requests]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(each) for each in connection.execute(text(sql))]

    def runs(self) -> list[tuple[Any, ...]]:
        """Day of the period, edition and state of every run."""
        return self.query(
            "select to_char(period_start at time zone 'UTC', 'MM-DD'), edition, state from ops.report_runs "
            "order by 1, 2"
        )

    def state(self) -> tuple[str, str | None]:
        """State and reason of the only run."""
        ((state, reason),) = self.query("select state, reason from ops.report_runs")
        return state, reason

    def queued(self) -> list[str]:
        return [
            target
            for (target,) in self.query(
                "select target from ops.deliveries where report_run_id is not null order by target"
            )
        ]

    def incidents(self) -> list[tuple[Any, ...]]:
        return self.query("select subject_id, rule_id, state from ops.incidents order by incident_id")

    def refuse(self, finished: str, status: str = "rejected") -> None:
        """A file of orders that was refused whole."""
        with self.engine.begin() as connection:
            connection.execute(
                text(
                    "insert into ops.ingested_files (file_id, content_hash, source_id, path, size_bytes, status, "
                    "reason, staged_at, finished_at) values (:id, 'hash', 'orders', :id, 1, :status, 'bad', :at, :at)"
                ),
                {"id": f"orders-{finished[:10]}.csv", "status": status, "at": utc(finished)},
            )
