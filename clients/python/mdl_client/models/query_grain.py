from typing import Literal

QueryGrain = Literal["day", "hour", "minute", "month", "quarter", "week", "year"]

QUERY_GRAIN_VALUES: set[QueryGrain] = {
    "day",
    "hour",
    "minute",
    "month",
    "quarter",
    "week",
    "year",
}


def check_query_grain(value: str) -> QueryGrain:
    if value in QUERY_GRAIN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {QUERY_GRAIN_VALUES!r}")
