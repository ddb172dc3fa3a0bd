"""Where two tables of metric values differ."""

import numpy as np
import pandas as pd

KEY = ["metric_id", "grain", "slice", "period_start"]
EXACT = ["period_end", "is_complete", "sample_count", "is_carried"]

PUBLISHED = f"select {', '.join([*KEY, *EXACT, 'value'])} from marts.metric_values"
"""What stands in the marts, with the columns that the oracle knows."""


def differences(actual: pd.DataFrame, expected: pd.DataFrame, absolute: float = 1e-12) -> pd.DataFrame:
    """Rows missing, superfluous or unequal, with a column `why`.

    Values agree within 1e-9 relative, or within `absolute` where large numbers cancel out.
    """
    both = _typed(actual).merge(
        _typed(expected), on=KEY, how="outer", suffixes=("_actual", "_expected"), indicator="why"
    )
    both["why"] = both.why.map({"left_only": "not expected", "right_only": "missing", "both": ""}).astype(str)
    known = both.why == ""
    for column in EXACT:
        unequal = known & (both[f"{column}_actual"] != both[f"{column}_expected"])
        both.loc[unequal, "why"] += f"{column} "
    close = np.isclose(both.value_actual, both.value_expected, rtol=1e-9, atol=absolute, equal_nan=True)
    both.loc[known & ~close, "why"] += "value"
    return both[both.why != ""]


def explain(found: pd.DataFrame) -> str:
    """A few of the differences per metric and reason, for an assertion's message."""
    counts = found.groupby(["metric_id", "grain", "why"]).size().to_string()
    sample = found.groupby(["metric_id", "why"]).head(2).head(40)
    shown = [*KEY, "why", "value_actual", "value_expected", "sample_count_actual", "sample_count_expected"]
    return f"{len(found)} differences\n{counts}\n{sample[shown].to_string()}"


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(
        period_start=pd.to_datetime(table.period_start, utc=True).dt.as_unit("us"),
        period_end=pd.to_datetime(table.period_end, utc=True).dt.as_unit("us"),
        value=table.value.astype(float),
        sample_count=table.sample_count.astype("int64"),
    )[[*KEY, *EXACT, "value"]]
