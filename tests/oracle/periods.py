"""Periods of the reporting zone, computed by pandas alone."""

from datetime import datetime

import numpy as np
import pandas as pd

FREQUENCIES = {"week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}
CLOCK = {"minute": "min", "hour": "h"}


def period_starts(instants: pd.Series, grain: str, zone: str) -> pd.Series:
    """The start, in UTC, of the period of `grain` that holds each instant (UTC)."""
    local = instants.dt.tz_convert(zone).dt.tz_localize(None)
    if grain in CLOCK:
        offset = local - instants.dt.tz_localize(None)
        return (local.dt.floor(CLOCK[grain]) - offset).dt.tz_localize("UTC")
    if grain == "day":
        return to_instants(local.dt.floor("D"), zone)
    return to_instants(local.dt.to_period(FREQUENCIES[grain]).dt.start_time, zone)


def to_instants(walls: pd.Series, zone: str) -> pd.Series:
    """Wall times as UTC instants; a skipped wall time moves forward, a repeated one is its first."""
    first = np.ones(len(walls), dtype=bool)
    return walls.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward").dt.tz_convert("UTC")


def calendar(first: datetime, as_of: datetime, grain: str, zone: str) -> pd.DataFrame:
    """Every period from that of `first` to the newest: period_start, period_end, is_complete.

    The newest holds the last instant before `as_of`.
    """
    ticks = pd.Series([pd.Timestamp(first), pd.Timestamp(as_of) - pd.Timedelta(microseconds=1)])
    low, high = period_starts(ticks.dt.tz_convert("UTC").astype("datetime64[us, UTC]"), grain, zone)
    if grain in CLOCK:
        step = pd.Timedelta(1, CLOCK[grain])
        edges = pd.Series(pd.date_range(low, high + 2 * step, freq=step / 2))
        starts = period_starts(edges, grain, zone).drop_duplicates()
    else:
        days = pd.date_range(low.tz_convert(zone).date(), high.tz_convert(zone).date(), freq="D")
        later = pd.date_range(days[-1], periods=400, freq="D")[1:]
        walls = pd.Series(days.append(later)).dt.as_unit("us")
        if grain != "day":
            walls = walls.dt.to_period(FREQUENCIES[grain]).dt.start_time.drop_duplicates()
        starts = to_instants(walls, zone).drop_duplicates()
    starts = starts.sort_values(ignore_index=True)
    table = pd.DataFrame({"period_start": starts, "period_end": starts.shift(-1)})
    table = table[(table.period_start >= low) & (table.period_start <= high)].reset_index(drop=True)
    return table.assign(is_complete=table.period_end <= pd.Timestamp(as_of))


def window_starts(ends: pd.Series, trailing: int, zone: str) -> pd.Series:
    """The instant `trailing` local days before each period end."""
    walls = ends.dt.tz_convert(zone).dt.tz_localize(None) - pd.Timedelta(days=trailing)
    return to_instants(walls, zone)
