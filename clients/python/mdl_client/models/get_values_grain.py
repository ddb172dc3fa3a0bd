from typing import Literal

GetValuesGrain = Literal["day", "hour", "minute", "month", "quarter", "week", "year"]

GET_VALUES_GRAIN_VALUES: set[GetValuesGrain] = {
    "day",
    "hour",
    "minute",
    "month",
    "quarter",
    "week",
    "year",
}


def check_get_values_grain(value: str) -> GetValuesGrain:
    if value in GET_VALUES_GRAIN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_VALUES_GRAIN_VALUES!r}")
