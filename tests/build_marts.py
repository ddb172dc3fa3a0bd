"""Builders of publications for tests: few metrics, computed rows by hand, one call to publish."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Engine

from pipelines.publish import ComputedRows, PublicationRequest, PublicationResult, PublishedMetric, publish
from schemas.documents.documents import Catalog, Domain, Metric, Objective

INSTANT = pa.timestamp("us", tz="UTC")
VALUES = pa.schema(
    [
        ("metric_id", pa.string()),
        ("grain", pa.string()),
        ("slice", pa.string()),
        ("period_start", INSTANT),
        ("period_end", INSTANT),
        ("is_complete", pa.bool_()),
        ("value", pa.float64()),
        ("numerator", pa.float64()),
        ("denominator", pa.float64()),
        ("sample_count", pa.int64()),
        ("is_carried", pa.bool_()),
    ]
)

Range = tuple[datetime, datetime]


def utc(text: str) -> datetime:
    """An instant from "2013-09-01" or "2013-09-01 10:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def days(first: str, count: int) -> Range:
    """The range of `count` UTC days."""
    return utc(first), utc(first) + timedelta(days=count)


def metric(metric_id: str = "METRIC-A", **fields: Any) -> Metric:
    """A metric at grain day, without thresholds."""
    return Metric.model_validate(
        {"metric_id": metric_id, "name": metric_id.title(), "data": {"time_grain": ["day"]}} | fields
    )


def row(period_start: datetime, value: float | None, **fields: Any) -> dict[str, Any]:
    """A complete computed row of METRIC-A's total for one day; a null value has no samples."""
    return {
        "metric_id": "METRIC-A",
        "grain": "day",
        "slice": "",
        "period_start": period_start,
        "period_end": period_start + timedelta(days=1),
        "is_complete": True,
        "value": value,
        "numerator": None,
        "denominator": None,
        "sample_count": 0 if value is None else 10,
        "is_carried": False,
    } | fields


def daily(first: str, values: Sequence[float | None], **fields: Any) -> list[dict[str, Any]]:
    """Rows of consecutive UTC days."""
    return [row(utc(first) + timedelta(days=n), value, **fields) for n, value in enumerate(values)]


def catalog_of(
    metrics: Iterable[Metric], objectives: Iterable[Objective] = (), domains: Iterable[Domain] = ()
) -> Catalog:
    """A catalog of these documents."""
    return Catalog(
        metrics={item.metric_id: item for item in metrics},
        objectives={item.objective_id: item for item in objectives},
        domains={item.domain_id: item for item in domains},
    )


def publish_rows(
    engine: Engine,
    folder: Path,
    rows: Sequence[Mapping[str, Any]],
    *,
    metrics: Sequence[Metric | PublishedMetric] = (),
    replaced: Range | Mapping[tuple[str, str], Sequence[Range]] | None = None,
    objectives: Iterable[Objective] = (),
    domains: Iterable[Domain] = (),
    full: Collection[str] = (),
    **request: Any,
) -> PublicationResult:
    """Publish rows; unless told otherwise they stand for everything of each metric at each of its grains."""
    published = [
        item if isinstance(item, PublishedMetric) else PublishedMetric(item, "computed", "1.0.0", "hash-1")
        for item in metrics or [metric()]
    ]
    if not isinstance(replaced, Mapping):
        scope = [replaced or (utc("1990-01-01"), utc("2090-01-01"))]
        replaced = {
            (item.metric_id, grain.value): scope for item in published for grain in item.metric.grains
        }
    folder.mkdir(parents=True, exist_ok=True)
    values = folder / "values.parquet"
    pq.write_table(pa.Table.from_pylist(list(rows), schema=VALUES), values)
    defaults: dict[str, Any] = {
        "zone": ZoneInfo("UTC"),
        "as_of": utc("2013-10-01"),
        "published_at": utc("2013-10-01"),
        "lake_version": 1,
    }
    catalog = catalog_of((item.metric for item in published), objectives, domains)
    return publish(
        engine,
        PublicationRequest(
            computed=ComputedRows(values, replaced, full),
            metrics=published,
            catalog=catalog,
            **(defaults | request),
        ),
        folder / "work",
    )
