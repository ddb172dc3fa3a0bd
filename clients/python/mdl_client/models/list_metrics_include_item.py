from typing import Literal

ListMetricsIncludeItem = Literal["current"]

LIST_METRICS_INCLUDE_ITEM_VALUES: set[ListMetricsIncludeItem] = {
    "current",
}


def check_list_metrics_include_item(value: str) -> ListMetricsIncludeItem:
    if value in LIST_METRICS_INCLUDE_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_METRICS_INCLUDE_ITEM_VALUES!r}")
