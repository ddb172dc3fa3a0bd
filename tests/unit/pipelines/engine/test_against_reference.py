"""Generated catalogs and events: the engine gives what a second, plain computation gives."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.pipelines.engine.reference import Reference
from tests.unit.pipelines.engine.world import (
    QUARTER,
    SEASONS,
    build,
    choices,
    deliveries,
    differences,
    moments,
    rows,
    run,
)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("season", SEASONS.values(), ids=SEASONS)
@settings(max_examples=5)
@given(data=st.data())
def test_every_value_equals_the_plain_computation(season, data):
    zone, moment = data.draw(moments(season))
    events = {"a": data.draw(rows(moment, season.quarters)), "b": data.draw(rows(moment, season.quarters, 8))}
    catalog, specs = build(data.draw(choices(season)))
    as_of = moment + data.draw(st.integers(0, season.quarters + season.leap)) * QUARTER
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), catalog, events, as_of, zone).state.rows
    assert not differences(found, Reference(zone, as_of, specs, events).table())


@pytest.mark.parametrize("season", SEASONS.values(), ids=SEASONS)
@settings(max_examples=5)
@given(data=st.data())
def test_a_sequence_of_deliveries_ends_where_a_full_computation_does(season, data):
    zone, moment = data.draw(moments(season))
    events = {"a": data.draw(rows(moment, season.quarters)), "b": data.draw(rows(moment, season.quarters, 8))}
    catalog, specs = build(data.draw(choices(season)))
    as_of = moment + data.draw(st.integers(1, season.quarters)) * QUARTER
    moves = st.sampled_from([0, 0, 1, season.leap, season.leap * 10, -season.leap, -1])
    with tempfile.TemporaryDirectory() as folder:
        state = run(Path(folder), catalog, events, as_of, zone).state
        for _ in range(data.draw(st.integers(1, 3))):
            changes = {}
            for event, span, fresh in data.draw(st.lists(deliveries(moment, season), max_size=2)):
                kept = [row for row in events[event] if not span[0] <= row["occurred_at"] < span[1]]
                events = {**events, event: [*kept, *fresh]}
                changes.setdefault(event, []).append(span)
            as_of += data.draw(moves) * QUARTER
            state = run(Path(folder), catalog, events, as_of, zone, state, changes).state
            assert not differences(state.rows, Reference(zone, as_of, specs, events).table())
