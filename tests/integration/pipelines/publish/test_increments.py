"""Whatever was published in whatever steps, the marts equal one publication of the last state."""

import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from reports.publications import reading
from reports.values import ValuesQuery, values
from schemas.identity.readers import OPERATOR
from tests.build_marts import metric, publish_rows, row, utc

DAYS = 80
SLICES = ("", "platform=web", "platform=tv")
BEGIN = utc("2013-02-20")
BASELINES = ("previous_period", "previous_week", "previous_month", 3)

State = dict[str, list[float | None]]


def first_known(values: list[float | None]) -> int | None:
    return next((day for day, value in enumerate(values) if value is not None), None)


def rows_of(state: State, days: set[int], begin: dict[str, int]) -> list[dict[str, object]]:
    return [
        row(BEGIN + timedelta(days=day), state[name][day], slice=name)
        for name in SLICES
        for day in sorted(days)
        if name in begin and day >= begin[name]
    ]


def next_state(random_: random.Random, state: State) -> tuple[State, set[int]]:
    """Change a few stretches of days, in some slices, sometimes to no data; also give the days to compute."""
    changed = {name: list(values) for name, values in state.items()}
    days: set[int] = set()
    for _ in range(random_.randint(1, 4)):
        start = random_.choice([0, random_.randrange(DAYS)])
        stretch = range(start, min(DAYS, start + random_.randint(1, 12)))
        days.update(stretch)
        for name in random_.sample(SLICES, random_.randint(1, len(SLICES))):
            for day in stretch:
                changed[name][day] = random_.choice([None, float(random_.randint(-5, 5))])
    for name in SLICES:
        old, new = first_known(state[name]), first_known(changed[name])
        if new is not None and (old is None or new < old):
            # a slice that begins earlier is computed up to where it was known to begin
            days.update(range(new, DAYS if old is None else old))
    return changed, days


def starts(*states: State) -> dict[str, int]:
    """Per slice, the earliest of its beginnings: what the engine computes from."""
    known = {name: [first_known(state[name]) for state in states] for name in SLICES}
    return {
        name: min(day for day in found if day is not None)
        for name, found in known.items()
        if any(day is not None for day in found)
    }


def stored(database: Engine) -> list[tuple[object, ...]]:
    columns = "slice, period_start, value, previous_value, change_pct, baseline_value, status, sample_count"
    with database.connect() as connection:
        statement = text(f"select {columns} from marts.metric_values order by slice, period_start")
        return [tuple(found) for found in connection.execute(statement)]


def as_of(database: Engine, day: date) -> list[tuple[object, ...]]:
    with reading(database) as connection:
        answer = values(
            connection, ValuesQuery("METRIC-A", slices=[""], by=["platform"], as_of=day), OPERATOR
        )
    return [
        (one.slice, one.period_start, one.value, one.previous_value, one.change_pct, one.baseline_value)
        for one in answer.rows
    ]


@pytest.mark.parametrize("seed", range(4))
def test_any_steps_lead_to_what_one_publication_of_the_last_state_gives(
    database: Engine, tmp_path: Path, seed: int
) -> None:
    random_ = random.Random(seed)
    judged = metric(
        dimensions=[{"name": "platform"}],
        targets_and_alerts={"comparison_baseline": BASELINES[seed % 4], "critical_threshold": -2},
    )
    state: State = {name: [None] * DAYS for name in SLICES}
    remembered = {}
    for step in range(6):
        changed, days = next_state(random_, state)
        scope = [(BEGIN + timedelta(days=day), BEGIN + timedelta(days=day + 1)) for day in sorted(days)]
        publish_rows(
            database,
            tmp_path,
            rows_of(changed, days, starts(state, changed)),
            metrics=[judged],
            replaced={("METRIC-A", "day"): scope},
            lake_version=step,
            published_at=utc(f"2013-10-{10 + step}"),
        )
        state = changed
        remembered[date(2013, 10, 10 + step)] = [found[:6] for found in stored(database)]

    for day, numbers in remembered.items():
        assert as_of(database, day) == numbers
    in_steps = stored(database)
    assert in_steps
    with database.begin() as connection:
        connection.execute(text("truncate marts.metric_values, marts.metric_slices"))
    publish_rows(database, tmp_path, rows_of(state, set(range(DAYS)), starts(state)), metrics=[judged])
    assert in_steps == stored(database)
