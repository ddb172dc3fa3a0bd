"""How long judging 10,000 rules on slices takes, beside a bare SELECT of the same rows."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, insert, text

from core.postgres import start_embedded
from pipelines.alerting.evaluation import evaluate
from pipelines.versioned_catalog import Versioned
from schemas.documents.documents import Catalog, Metric
from schemas.migrate import migrate
from schemas.tables import publications

METRICS, SLICES, DAYS = 20, 250, 120
AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
_VALUES = """
    insert into marts.metric_values (metric_id, grain, slice, period_start, period_end, is_complete, value,
        sample_count, is_carried, status, previous_value, change_pct, definition_version, definition_hash,
        publication_id)
    select 'M-' || m, 'day', 'shop=' || s, at, at + interval '1 day', true, v, 100, false, 'ok', v, 0, '1.0.0', 'h', 1
    from generate_series(1, :metrics) m, generate_series(1, :slices) s,
         generate_series(cast(:as_of as timestamptz) - :days * interval '1 day', cast(:as_of as timestamptz)
            - interval '1 day', '1 day') at,
         lateral (select 100 + (m * 7919 + s * 104729 + extract(epoch from at)::bigint / 86400 * 1299709) % 41) r(v)
"""
_SLICES = """
    insert into marts.metric_slices
    select metric_id, grain, slice, min(period_start) from marts.metric_values group by 1, 2, 3
"""
_BARE = """
    select metric_id, slice, period_start, period_end, value, previous_value, change_pct, baseline_value, sample_count,
        status, publication_id from marts.metric_values
    where grain = 'day' and period_start = any(:starts)
"""


@dataclass
class Alerts:
    """A database with the numbers, and a catalog with two rules on every slice."""

    engine: Engine
    catalog: Catalog

    @classmethod
    def prepare(cls, folder: Path) -> "Alerts":
        """Fill the marts directly: 600,000 values."""
        engine = create_engine(start_embedded(folder / "alerts"), connect_args={"options": "-c timezone=UTC"})
        migrate(engine)
        sizes = {"metrics": METRICS, "slices": SLICES, "days": DAYS, "as_of": AS_OF}
        with engine.begin() as connection:
            connection.execute(text(_VALUES), sizes)
            connection.execute(text(_SLICES))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum analyze marts.metric_values, marts.metric_slices"))
        rules = [
            {"rule_id": "high", "condition": "value > 130", "slices": [{"by": "shop"}]},
            {"rule_id": "odd", "condition": "z_score > 3.5", "slices": [{"by": "shop"}]},
        ]
        metrics = [
            Metric.model_validate(
                {
                    "metric_id": f"M-{m}",
                    "name": f"Metric {m}",
                    "data": {"time_grain": ["day"]},
                    "dimensions": [{"name": "shop"}],
                    "targets_and_alerts": {"alert_rules": rules},
                }
            )
            for m in range(1, METRICS + 1)
        ]
        return cls(engine, Catalog(metrics={one.metric_id: one for one in metrics}))

    def rows(self) -> list[dict[str, object]]:
        """Seconds of the first evaluation, of one after another publication, of one in between, and of the SELECT."""
        days = [AS_OF - timedelta(days=n) for n in range(1, 5)]
        starts = [day - timedelta(weeks=n) for day in days for n in range(13)]
        bare = _best(lambda: self._select(starts))
        self._publish()
        found: list[dict[str, object]] = [_row("bare SELECT of the same 260,000 rows", bare, bare)]
        found.append(self._measured("10,000 rules x slices: first evaluation, an eighth opens", bare))
        self._publish()
        found.append(self._measured("10,000 rules x slices: after another publication", bare))
        found.append(self._measured("a minute in which nothing is due", bare))
        self.engine.dispose()
        return found

    def _measured(self, what: str, bare: float) -> dict[str, object]:
        statements: list[str] = []

        def listen(*args: Any) -> None:
            statements.append(args[2])

        event.listen(self.engine, "before_cursor_execute", listen)
        begun = time.perf_counter()
        result = evaluate(self.engine, Versioned(self.catalog, {}, 1), AS_OF, datetime.now(UTC))
        seconds = time.perf_counter() - begun
        event.remove(self.engine, "before_cursor_execute", listen)
        outcomes = ", ".join(f"{count:,} {name}" for name, count in sorted(result.outcomes.items()))
        return _row(what, seconds, bare) | {"statements": len(statements), "outcomes": outcomes}

    def _publish(self) -> None:
        facts = {"published_at": AS_OF, "created_at": AS_OF, "as_of": AS_OF, "timezone": "UTC"}
        counts = {"values_changed": 0, "values_computed": 0, "scope": {}}
        with self.engine.begin() as connection:
            connection.execute(insert(publications).values(**facts, **counts))

    def _select(self, starts: list[datetime]) -> None:
        with self.engine.connect() as connection:
            connection.execute(text(_BARE), {"starts": starts}).all()


def _row(what: str, seconds: float, bare: float) -> dict[str, object]:
    return {
        "what": what,
        "seconds": round(seconds, 3),
        "ratio": seconds / bare,
        "statements": 1,
        "outcomes": "",
    }


def _best(work: Callable[[], None]) -> float:
    seconds = []
    for _ in range(3):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)
