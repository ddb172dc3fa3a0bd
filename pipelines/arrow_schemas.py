"""Shapes of the Arrow tables in which values go from the engine to the marts and back; instants are in UTC."""

import pyarrow as pa

_INSTANT = pa.timestamp("us", tz="UTC")
_SERIES = [("metric_id", pa.string()), ("grain", pa.string()), ("slice", pa.string())]

VALUES = pa.schema(
    [
        *(pa.field(name, kind, nullable=False) for name, kind in _SERIES),
        pa.field("period_start", _INSTANT, nullable=False),
        pa.field("period_end", _INSTANT, nullable=False),
        pa.field("is_complete", pa.bool_(), nullable=False),
        pa.field("value", pa.float64()),
        pa.field("numerator", pa.float64()),
        pa.field("denominator", pa.float64()),
        pa.field("sample_count", pa.int64(), nullable=False),
        pa.field("is_carried", pa.bool_(), nullable=False),
    ]
)
"""One row per metric, grain, slice and period."""

SLICES = pa.schema([*_SERIES, ("first_period_start", _INSTANT)])
"""One row per published slice: the period it begins with."""

SEEDS = pa.schema([*_SERIES, ("value", pa.float64())])
"""One row per slice: the value to carry forward."""

RANGES = pa.schema(
    [("metric_id", pa.string()), ("grain", pa.string()), ("low", _INSTANT), ("high", _INSTANT)]
)
"""One row per half-open range of period starts."""
