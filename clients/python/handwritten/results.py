"""Answers with numbers: a table in Arrow, and what it rests on."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mdl_client.models.answer import Answer
from mdl_client.models.queried_metric import QueriedMetric
from mdl_client.models.scored import Scored
from mdl_client.models.trust import Trust

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

PERIOD_COLUMNS = ("slice", "period_start", "period_end", "is_complete")
_KEY_RESULT_TEXTS = ("kr_id", "name", "unit", "direction", "metric_id", "status", "provenance")
_KEY_RESULT_NUMBERS = (
    *("baseline_value", "current_value", "target_value", "raw_progress", "progress"),
    *("expected_progress", "projected_value", "projected_progress", "weight"),
)


@dataclass(frozen=True, repr=False, eq=False)
class Result:
    """Rows, and what they rest on; `is_stale` where the database was away and the last good answer came."""

    table: "pa.Table"
    trust: Trust
    is_stale: bool

    @property
    def trust_line(self) -> str:
        """What the numbers rest on, in a sentence."""
        trust = self.trust
        told = [
            f"data through {trust.data_through:%Y-%m-%d %H:%M}" if trust.data_through else "no data yet",
            f"published {trust.published_at:%Y-%m-%d %H:%M}",
            f"publication {trust.publication_id}",
            trust.timezone,
            "finished periods" if trust.is_complete else "the last period is still running",
            f"quality {trust.quality or 'unknown'}",
            *(f"{name} held back: {why}" for name, why in trust.held_back.additional_properties.items()),
        ]
        return ", ".join(told + ["the database is away: last good answer"] * self.is_stale)

    def to_arrow(self) -> "pa.Table":
        """The rows as an Arrow table; its metadata `mdl` is what they rest on."""
        return self.table.replace_schema_metadata({"mdl": json.dumps(self.trust.to_dict())})

    def to_pandas(self) -> "pd.DataFrame":
        """The rows as a frame; periods are moments in the reporting zone, missing numbers are NaN."""
        frame: pd.DataFrame = self.table.to_pandas()
        return frame

    def to_polars(self) -> "pl.DataFrame":
        """The rows as a frame of polars, which has to be installed."""
        import polars as pl  # noqa: PLC0415  optional

        return pl.DataFrame(self.table)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for batch in self.table.to_batches():
            yield from batch.to_pylist()

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self):,} rows; {self.trust_line}>"


@dataclass(frozen=True, repr=False, eq=False)
class Values(Result):
    """Values of one metric, by slice and period."""

    metric_id: str


@dataclass(frozen=True, repr=False, eq=False)
class Aligned(Result):
    """Values of several metrics side by side: a column per metric, named by its id."""

    metrics: Sequence[QueriedMetric]


@dataclass(frozen=True, repr=False, eq=False)
class Scorecard(Result):
    """The scorecard: a row per key result, and all of it in `scored`."""

    scored: Scored


def arrow() -> Any:
    """The library of Arrow, which everything but numbers goes without.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    try:
        import pyarrow.compute  # noqa: PLC0415  optional
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "numbers come as Arrow: install mdl-client[pandas], mdl-client[polars] or mdl-client[arrow]"
        ) from error
    return pyarrow


def table_of_query(answer: Answer) -> "pa.Table":
    """A row per slice and period, a column per metric."""
    pa = arrow()
    moment, rows = pa.timestamp("us", answer.meta.timezone), answer.data
    arrays = [
        pa.array([row.slice_ for row in rows], pa.string()),
        pa.array([row.period_start for row in rows], moment),
        pa.array([row.period_end for row in rows], moment),
        pa.array([row.is_complete for row in rows], pa.bool_()),
    ]
    ids = [metric.metric_id for metric in answer.metrics]
    numbers = [row.values.additional_properties for row in rows]  # noqa: PD011  no frame
    arrays += [pa.array([each.get(metric_id) for each in numbers], pa.float64()) for metric_id in ids]
    return pa.Table.from_arrays(arrays, names=[*PERIOD_COLUMNS, *ids])


def table_of_scorecard(scored: Scored) -> "pa.Table":
    """A row per key result, with its objective and domain, as `mdl scorecard --format csv` has them."""
    pa = arrow()
    texts = ("domain_id", "objective_id", "objective_status", *_KEY_RESULT_TEXTS)
    numbers = ("domain_health", "objective_progress", *_KEY_RESULT_NUMBERS)
    fields = [(name, pa.string()) for name in texts] + [(name, pa.float64()) for name in numbers]
    rows = [{"as_of_date": scored.as_of_date, **row} for row in _key_results(scored)]
    return pa.Table.from_pylist(rows, schema=pa.schema([("as_of_date", pa.date32()), *fields]))


def _key_results(scored: Scored) -> Iterator[dict[str, Any]]:
    groups = [(domain.domain_id, domain.health, domain.objectives) for domain in scored.domains]
    for domain_id, health, objectives in [*groups, (None, None, scored.unassigned)]:
        for objective in objectives:
            for key_result in objective.key_results:
                yield key_result.to_dict() | {
                    "domain_id": domain_id,
                    "domain_health": health,
                    "objective_id": objective.objective_id,
                    "objective_progress": objective.progress,
                    "objective_status": objective.status,
                }
