"""Whatever happens between publications, computing only what is affected gives what computing all would."""

import tempfile
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.pipelines.engine.reference import Reference
from tests.unit.pipelines.engine.world import MOMENTS, QUARTER, build, choices, differences, rows, run


@st.composite
def deliveries(draw, moment, days):
    """A range whose rows are replaced by others, possibly none."""
    begin = moment + draw(st.integers(0, days * 96 - 1)) * QUARTER
    end = begin + draw(st.sampled_from([1, 4, 96, 96 * 5])) * QUARTER
    length = max(1, (end - begin) // timedelta(days=1))
    fresh = [row for row in draw(rows(begin, length, 6)) if row["occurred_at"] < end]
    return draw(st.sampled_from(["a", "a", "b"])), (begin, end), fresh


@settings(max_examples=60)
@given(data=st.data(), is_coarse=st.booleans())
def test_a_sequence_of_deliveries_ends_where_a_full_computation_does(data, is_coarse):
    zone_name, moment = data.draw(st.sampled_from(MOMENTS))
    zone = ZoneInfo(zone_name)
    days = 40 if is_coarse else 2
    events = {"a": data.draw(rows(moment, days)), "b": data.draw(rows(moment, days, 8))}
    catalog, specs = build(data.draw(choices(coarse=is_coarse)))
    as_of = moment + data.draw(st.integers(1, days * 96)) * QUARTER
    with tempfile.TemporaryDirectory() as folder:
        state = run(Path(folder), catalog, events, as_of, zone).state
        for _ in range(data.draw(st.integers(1, 4))):
            changes = {}
            for event, span, fresh in data.draw(st.lists(deliveries(moment, days), max_size=2)):
                kept = [row for row in events[event] if not span[0] <= row["occurred_at"] < span[1]]
                events = {**events, event: [*kept, *fresh]}
                changes.setdefault(event, []).append(span)
            as_of += data.draw(st.sampled_from([0, 0, 1, 96, 96 * 10, -96, -5])) * QUARTER
            state = run(Path(folder), catalog, events, as_of, zone, state, changes).state
            assert not differences(state.rows, Reference(zone, as_of, specs, events).table())
