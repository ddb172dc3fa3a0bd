"""A small world for tests of alerting: a few metrics by the day in UTC, published as told, evaluated as told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Engine, text

from pipelines.alerting.evaluation import Evaluation, evaluate
from pipelines.publish import PublicationResult, PublishedMetric
from pipelines.versioned_catalog import Versioned
from schemas.documents.documents import AlertRule, Catalog, Metric, Objective, Source
from tests.build_marts import daily, metric, publish_rows, utc

FIRST = "2026-03-01"
NOW = utc("2026-06-01 12:00")
"""The wall clock of the first evaluation; each later one comes a minute after."""


def rule(condition: str = "value > 10", **fields: Any) -> dict[str, Any]:
    return {"rule_id": "high", "condition": condition, "notify_channels": ["slack:#x"]} | fields


def ruled(*rules: Mapping[str, Any], metric_id: str = "METRIC-A", **fields: Any) -> Metric:
    """A metric at grain day with these rules."""
    targets = {"alert_rules": [AlertRule.model_validate(one) for one in rules]}
    return metric(metric_id, targets_and_alerts=targets, **fields)


def source(source_id: str = "shop", event: str = "order", **fields: Any) -> Source:
    stamp = {"column": "at"}
    return Source.model_validate(
        {"source_id": source_id, "format": "csv", "path": "x", "event": event, "timestamp": stamp} | fields
    )


@dataclass
class World:
    """One installation; `days` counts the days since 1 March 2026 that have passed at the as-of clock."""

    engine: Engine
    folder: Path
    metrics: list[Metric] = field(default_factory=list)
    objectives: list[Objective] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    events: dict[str, tuple[str, ...]] = field(default_factory=dict)
    as_of: datetime = NOW
    evaluations: int = 0
    version: int = 1
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def catalog(self) -> Catalog:
        return Catalog(
            metrics={one.metric_id: one for one in self.metrics},
            objectives={one.objective_id: one for one in self.objectives},
            sources={one.source_id: one for one in self.sources},
        )

    def publish(
        self, values: Sequence[float | None] | Sequence[Mapping[str, Any]], **request: Any
    ) -> PublicationResult:
        """Publish METRIC-A's days from 1 March on, or whole rows; the as-of clock stands behind the last."""
        rows = values if values and isinstance(values[0], Mapping) else daily(FIRST, values)  # type: ignore[arg-type]
        if "as_of" not in request and rows:
            self.as_of = max(one["period_end"] for one in rows)  # type: ignore[index]
        published = [
            PublishedMetric(one, "computed", "1.0.0", "hash-1", events=self.events.get(one.metric_id, ()))
            for one in self.metrics
        ]
        defaults: dict[str, Any] = {
            "as_of": self.as_of,
            "published_at": self.as_of,
            "metrics": published,
            "objectives": self.objectives,
        }
        return publish_rows(self.engine, self.folder, rows, **(defaults | request))  # type: ignore[arg-type]

    def evaluate(self, as_of: datetime | None = None) -> Evaluation:
        self.evaluations += 1
        now = NOW + timedelta(minutes=self.evaluations)
        return evaluate(
            self.engine, Versioned(self.catalog, self.versions, self.version), as_of or self.as_of, now
        )

    def day(self, values: Sequence[float | None], **request: Any) -> Evaluation:
        """Publish and evaluate."""
        self.publish(values, **request)
        return self.evaluate()

    def edit(self, *metrics: Metric) -> Evaluation:
        """Accept other rules, and evaluate."""
        self.metrics, self.version = list(metrics), self.version + 1
        return self.evaluate()

    def query(self, sql: str) -> pd.DataFrame:
        with self.engine.connect() as connection:
            return pd.read_sql(text(sql), connection)

    def incidents(self) -> list[tuple[str, ...]]:
        """Rule, slice, state and severity of every incident, oldest first."""
        found = self.query("select rule_id, slice, state, severity from ops.incidents order by incident_id")
        return list(found.itertuples(index=False, name=None))

    def states(self) -> list[str]:
        return [state for _, _, state, _ in self.incidents()]

    def told(self) -> list[str]:
        """Everything that happened to incidents, in order."""
        return list(self.query("select event from ops.incident_events order by event_id").event)

    def outcomes(self) -> list[tuple[Any, ...]]:
        """Outcomes and how often each was seen in a row, in the order in which they began."""
        sql = "select outcome, evaluations from ops.alert_outcomes order by outcome_id"
        return list(self.query(sql).itertuples(index=False, name=None))

    def evidence(self, incident: int = -1) -> dict[str, Any]:
        found: dict[str, Any] = self.query(
            "select evidence from ops.incidents order by incident_id"
        ).evidence.iloc[incident]
        return found
