"""Generated catalogs and events: the engine gives what a second, plain computation gives."""

import tempfile
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.pipelines.engine.reference import Reference
from tests.unit.pipelines.engine.world import MOMENTS, build, choices, differences, rows, run


@pytest.mark.parametrize("is_coarse", [True, False], ids=["days_and_longer", "minutes_and_hours"])
@settings(max_examples=60)
@given(data=st.data())
def test_every_value_equals_the_plain_computation(is_coarse, data):
    zone_name, moment = data.draw(st.sampled_from(MOMENTS))
    days = data.draw(st.sampled_from([2, 40] if is_coarse else [1]))
    events = {"a": data.draw(rows(moment, days)), "b": data.draw(rows(moment, days, 8))}
    catalog, specs = build(data.draw(choices(coarse=is_coarse)))
    as_of = moment + timedelta(
        minutes=data.draw(st.integers(0, 15 * 96 * (days + 2)).map(lambda n: n // 7 * 7))
    )
    zone = ZoneInfo(zone_name)
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), catalog, events, as_of, zone).state.rows
    assert not differences(found, Reference(zone, as_of, specs, events).table())
