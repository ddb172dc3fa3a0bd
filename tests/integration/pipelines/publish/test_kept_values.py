"""Values that are forgotten are gone by whole periods, and what stays is what a full computation gives."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from core.settings import Settings
from pipelines.aggregate import compute_affected, publish_waiting
from pipelines.duck import connect, literal
from pipelines.engine.compute import Computed
from pipelines.kept_values import forget_values
from pipelines.lake import AcceptedRows, Lake, deliver
from pipelines.versioned_catalog import Versioned
from schemas.documents.documents import Catalog
from schemas.documents.load import load_documents

SOURCE = {
    "source_id": "shop",
    "format": "csv",
    "path": "*.csv",
    "event": "order",
    "timestamp": "at",
    "fields": {"value": "amount"},
    "dimensions": {"country": "country"},
}
FORMULAS: Mapping[str, Mapping[str, Any]] = {
    "SUM": {"formula": "SUM(order.value)"},
    "CARRIED": {"formula": "LAST(order.value)", "null_policy": "carry"},
    "ZERO": {"formula": "COUNT(order)", "null_policy": "zero"},
    "GROWTH": {"formula": "METRIC('ZERO') - COALESCE(LAG(METRIC('ZERO'), 1), 100)"},
    "WINDOW": {"formula": "COUNT(DISTINCT order.country)", "window": {"trailing": 4, "unit": "day"}},
    "RATIO": {"formula": "SUM(order.value) / COUNT(order)"},
    "ON-CARRIED": {"formula": "METRIC('CARRIED') + METRIC('ZERO')"},
}
FIRST = datetime(2026, 3, 10, tzinfo=UTC)
KEY = "metric_id, grain, slice, period_start"
ROW = (
    f"{KEY}, period_end, is_complete, value, numerator, denominator, sample_count, is_carried, status, previous_value, "
    "change_pct, baseline_value"
)


def catalog(*objectives: dict[str, Any]) -> Catalog:
    metrics = [
        {
            "metric_id": name,
            "name": name,
            "definition": {**definition},
            "data": {"time_grain": ["day", "week"]},
            "dimensions": ["country"],
            "targets_and_alerts": {"comparison_baseline": "previous_week" if name == "RATIO" else None},
        }
        for name, definition in FORMULAS.items()
    ]
    loaded = load_documents([SOURCE, *metrics, *objectives], "test")
    assert loaded.errors == ()
    return loaded.catalog


class World:
    """A lake and the marts over it, in Berlin, where the clock is set forward on 29 March 2026."""

    def __init__(
        self, engine: Engine, folder: Path, *objectives: dict[str, Any], days: int | None = 6
    ) -> None:
        self.engine, self.folder = engine, folder
        self.lake = Lake(folder / "lake")
        self.settings = Settings(timezone="Europe/Berlin", keep_values_days=days)
        self.current = Versioned(catalog(*objectives), dict.fromkeys(FORMULAS, "1.0.0"), 1)
        self.as_of = FIRST
        self.deliveries = 0

    def deliver(self, *rows: tuple[float, str, float], file: str | None = None) -> None:
        """Bring rows of (days since 10 March UTC, country, value), in place of what the file held."""
        self.deliveries += 1
        name = file or f"file {self.deliveries}"
        written = ", ".join(
            f"({literal(name)}, {number}, 'order', TIMESTAMPTZ '2026-03-10 00:00:00+00' + INTERVAL "
            f"({round(day * 1440)}) MINUTE, NULL::VARCHAR, {literal(country)}, {value}::DOUBLE)"
            for number, (day, country, value) in enumerate(rows, 1)
        )
        columns = "file_id, row_number, event, occurred_at, unique_key, dim_country, field_value"
        nothing = "('', 0, '', TIMESTAMPTZ '2026-03-10 00:00:00+00', NULL::VARCHAR, '', 0::DOUBLE)"
        sql = f"SELECT * FROM (VALUES {written or nothing}) AS t({columns}) WHERE {bool(rows)}"
        accepted = AcceptedRows("shop", {name: self.deliveries}, sql, is_keyed=False, ingested_at=FIRST)
        with connect(self.folder / "spill") as connection:
            deliver(self.lake, accepted, connection)

    def publish(self, day: float, *, full: bool = False) -> Computed:
        """Compute and publish as of so many days after 10 March."""
        self.as_of, workdir = FIRST + timedelta(days=day), self.folder / "work"
        waiting = compute_affected(
            self.current, self.lake, self.engine, self.settings, self.as_of, workdir, full=full
        )
        publish_waiting(waiting, self.engine, self.settings, workdir)
        return waiting.computed

    def forget(self) -> dict[str, int]:
        return forget_values(self.engine, self.settings, self.current.catalog, self.as_of)

    def rows(self, columns: str = ROW, where: str = "true") -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            found = connection.execute(
                text(f"select {columns} from marts.metric_values where {where} order by {KEY}")
            )
            return [tuple(row) for row in found]

    def days(self, metric_id: str, slice_: str = "") -> list[str]:
        """Local days that are published of a metric."""
        where = f"metric_id = '{metric_id}' and grain = 'day' and slice = '{slice_}'"
        shown = "to_char(period_start at time zone 'Europe/Berlin', 'MM-DD')"
        return [row[0] for row in self.rows(shown, where)]


@pytest.fixture
def world(database: Engine, tmp_path: Path) -> World:
    """Orders of 10 to 29 March, one a day in DE at noon, some in FR; published as of 30 March."""
    world = World(database, tmp_path)
    world.deliver(*((day + 0.5, "DE", float(day)) for day in range(20)), (2.5, "FR", 7.0), (17.5, "FR", 9.0))
    world.publish(20)
    return world


def test_whole_periods_older_than_the_setting_go_but_for_the_newest_of_them(world: World) -> None:
    """As of 30 March six days before are 24 March: the 23rd ended by then and stays for the 24th to compare with."""
    before = world.rows()
    deleted = world.forget()
    assert world.days("SUM") == [f"03-{day}" for day in range(23, 31)]
    assert world.days("SUM", "country=FR") == world.days("SUM")
    assert deleted["metric_values"] == len(before) - len(world.rows())
    assert set(world.rows()) <= set(before), "what stays is as it was"


def test_what_a_baseline_compares_kept_values_with_stays(world: World) -> None:
    world.forget()
    assert world.days("RATIO")[0] <= "03-17", "the 24th is compared with it"


def test_nothing_is_forgotten_without_the_setting(database: Engine, tmp_path: Path) -> None:
    world = World(database, tmp_path, days=None)
    world.deliver((0.5, "DE", 1.0))
    world.publish(200)
    assert (world.forget(), world.days("SUM")[0]) == ({}, "03-10")


def test_forgetting_again_deletes_nothing_and_the_next_day_one_period_more(world: World) -> None:
    world.forget()
    assert set(world.forget().values()) == {0}
    world.publish(21)
    world.forget()
    assert world.days("SUM")[0] == "03-24"


def test_a_run_after_forgetting_computes_only_what_is_new(world: World) -> None:
    world.forget()
    world.deliver((20.5, "DE", 5.0))
    assert world.publish(21).scope.full == frozenset()


def test_a_late_row_of_forgotten_time_computes_its_metrics_from_the_beginning(world: World) -> None:
    """Otherwise what is carried forward into kept time would be taken from nothing."""
    kept = world.rows("value", "metric_id = 'CARRIED' and slice = 'country=FR'")
    world.forget()
    world.deliver((4.5, "DE", 1.0))
    assert "CARRIED" in world.publish(20).scope.full
    assert world.rows("value", "metric_id = 'CARRIED' and slice = 'country=FR'") == kept
    assert world.days("SUM")[0] == "03-10", "until the next upkeep"


def test_revisions_and_scores_of_that_age_go_too_but_for_the_newest_day(
    database: Engine, tmp_path: Path
) -> None:
    objective = {"objective_id": "O", "name": "O", "timeframe": {"start": "2026-03-28", "end": "2026-04-28"}}
    world = World(database, tmp_path, objective)
    world.deliver((0.5, "DE", 1.0), file="corrected")
    for day in (3, 14, 20):
        world.publish(day)
        world.deliver((0.5, "DE", float(day)), file="corrected")
    with database.connect() as connection:
        revised = connection.scalar(text("select count(*) from marts.metric_value_revisions"))
    deleted = world.forget()
    assert (deleted["objective_progress"], revised > 0) == (1, True), "the scores of 13 March"
    with database.connect() as connection:
        left = connection.scalar(
            text(
                "select count(*) from marts.metric_value_revisions where period_end <= '2026-03-23 23:00+00'"
            )
        )
    assert left == 0
    world.publish(40)
    world.settings = world.settings.model_copy(update={"keep_values_days": 1})
    world.forget()
    with database.connect() as connection:
        days = connection.scalars(text("select as_of_date::text from marts.objective_progress")).all()
    assert days == ["2026-04-19"]


def _found(engine: Engine, query: str) -> list[Any]:
    """First column of a query in a transaction of its own: within one, sessions are shown as they were at first."""
    with engine.connect() as connection:
        return list(connection.scalars(text(query)))


@pytest.mark.timeout(60)
def test_upkeep_that_is_killed_midway_is_finished_by_the_next(world: World) -> None:
    """It waits for a lock on the revisions, its values deleted, when its session is ended."""
    world.deliver((0.5, "DE", 9.0), file="file 1")
    world.publish(20)
    pid = (
        "select pid from pg_stat_activity where wait_event_type = 'Lock' and query like 'delete from marts%'"
    )
    with world.engine.begin() as holder, ThreadPoolExecutor(1) as other:
        holder.execute(text("lock table marts.metric_value_revisions in exclusive mode"))
        killed = other.submit(world.forget)
        while not (waiting := _found(world.engine, pid)):
            assert not killed.done()
        holder.execute(text("select pg_terminate_backend(:pid)"), {"pid": waiting[0]})
        with pytest.raises(OperationalError):
            killed.result()
    deleted = world.forget()
    assert (deleted["metric_values"], deleted["revisions_of_old_values"] > 0) == (0, True)
    assert world.days("SUM")[0] == "03-23"


def test_key_results_are_scored_as_if_nothing_had_been_forgotten(database: Engine, tmp_path: Path) -> None:
    objective = {
        "objective_id": "O",
        "name": "O",
        "timeframe": {"start": "2026-03-20", "end": "2026-04-30"},
        "key_results": [{"kr_id": "K", "name": "K", "target_value": 50, "metric_ids": ["SUM"]}],
    }
    world = World(database, tmp_path, objective)
    world.deliver((0.5, "DE", 3.0), *((day + 0.5, "DE", float(day)) for day in range(12, 20)))
    world.publish(30)
    shown = (
        "select baseline_value, current_value, raw_progress, projected_value from marts.key_result_progress"
    )
    with database.begin() as connection:
        scored = connection.execute(text(shown)).all()
    world.forget()
    with database.begin() as connection:
        connection.execute(text("delete from marts.key_result_progress"))
    world.publish(30)
    with database.begin() as connection:
        assert connection.execute(text(shown)).all() == scored


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_delivered_and_forgotten_kept_values_are_those_of_a_full_computation(
    database: Engine, tmp_path: Path, seed: int
) -> None:
    chance, world = Random(seed), World(database, tmp_path)

    def some(count: int, until: int) -> list[tuple[float, str, float]]:
        return [
            (chance.uniform(0, until), chance.choice(["DE", "FR"]), float(chance.randint(-3, 9)))
            for _ in range(count)
        ]

    world.deliver((1.5, "IT", 4.0), file="the only one of its country")
    world.deliver(*some(15, 12), file="first")
    for step in range(4):
        today = 14 + 2 * step
        if chance.random() < 0.8:
            world.deliver(
                *some(chance.choice([0, 1, 3]), today), file=chance.choice(["first", "late", None, None])
            )
        world.publish(today + chance.choice([0, 0.4]))
        if chance.random() < 0.8:
            world.forget()
    world.forget()
    kept = {row[:4]: row for row in world.rows()}
    world.publish((world.as_of - FIRST) / timedelta(days=1), full=True)
    right = {row[:4]: row for row in world.rows()}
    limit = world.as_of - timedelta(days=5)
    assert kept.keys() >= {key for key in right if key[3] >= limit}
    assert kept
    for key, row in kept.items():
        is_context = key[3] < world.as_of - timedelta(days=8)
        assert row[:-1] == right[key][:-1]
        assert row[-1] == right[key][-1] or (is_context and row[-1] is None)
