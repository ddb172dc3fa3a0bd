"""A shop that delivers orders: its landing zone, catalog and books, as tests of ingest and validation need them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Engine, text

from core.settings import Settings
from pipelines.ingest import StageReport, stage_sources
from pipelines.lake import Lake
from pipelines.validation import ValidationReport, accept_staged
from schemas.documents.documents import Catalog, Metric, Source

HEADER = "ordered_at,country,amount,order_id"


def orders_source(**changes: Any) -> Source:
    """The source `orders`: csv files of orders in UTC; any field can be changed."""
    return Source.model_validate(
        {
            "source_id": "orders",
            "format": "csv",
            "path": "*.csv",
            "event": "order",
            "timestamp": {"column": "ordered_at"},
            "dimensions": {"country": "country"},
            "fields": {"value": "amount"},
            "max_bad_ratio": 0.5,
            **changes,
        }
    )


def revenue(**changes: Any) -> Metric:
    """The metric `revenue` of orders."""
    return Metric.model_validate(
        {"metric_id": "revenue", "name": "Revenue", "definition": {"formula": "SUM(order.value)"}, **changes}
    )


@dataclass
class Shop:
    """Everything a run needs; `clock` is the real time as the shop's runs see it, and moves with every run."""

    settings: Settings
    engine: Engine
    sources: list[Source] = field(default_factory=lambda: [orders_source()])
    metrics: list[Metric] = field(default_factory=lambda: [revenue()])
    clock: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def landing(self) -> Path:
        folder = Path(self.settings.landing)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def catalog(self) -> Catalog:
        return Catalog(
            sources={source.source_id: source for source in self.sources},
            metrics={metric.metric_id: metric for metric in self.metrics},
        )

    def deliver(self, name: str, *rows: str, header: str = HEADER) -> Path:
        """Write a csv file into the landing zone."""
        path = self.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return path

    def stage(self, **options: Any) -> StageReport:
        self.clock += timedelta(minutes=1)
        return stage_sources(self.sources, self.settings, self.engine, self.clock, **options)

    def accept(self) -> ValidationReport:
        return accept_staged(
            self.catalog, self.settings, self.engine, Lake(self.settings.lake_path), self.clock
        )

    def run(self) -> ValidationReport:
        """Ingest and validate, as a run does."""
        self.stage()
        return self.accept()

    def live(self, *columns: str, event: str = "order") -> list[tuple[Any, ...]]:
        """Sorted live rows of the lake; by default (time of day, value)."""
        wanted = columns or ("occurred_at", "field_value")
        sql = Lake(self.settings.lake_path).scan(event, None, wanted)
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            return sorted(tuple(map(_told, row)) for row in connection.execute(sql).fetchall())

    def staged(self) -> list[dict[str, Any]]:
        """Rows of all staged files, in order of file and row."""
        paths = sorted(str(path) for path in (self.settings.staging_path / "files").glob("*.parquet"))
        found = duckdb.execute(f"FROM read_parquet({paths}, union_by_name=true)")
        names = [name for name, *_ in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def books(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query over the books."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]

    def statuses(self) -> dict[str, str]:
        """Status of the newest content per path."""
        query = "select distinct on (path) path, status from ops.ingested_files order by path, delivery desc"
        return dict(self.books(query))

    def reasons(self) -> Iterator[tuple[str, int, list[str]]]:
        """(path, row number, reasons) of every quarantined row."""
        query = (
            "select path, row_number, reasons from ops.quarantined_rows join ops.ingested_files "
            "using (file_id, content_hash) order by path, row_number"
        )
        yield from self.books(query)


def _told(value: Any) -> Any:
    return value.strftime("%H:%M") if isinstance(value, datetime) else value
