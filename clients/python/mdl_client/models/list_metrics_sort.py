from typing import Literal

ListMetricsSort = Literal["-id", "-name", "-updated_at", "id", "name", "updated_at"]

LIST_METRICS_SORT_VALUES: set[ListMetricsSort] = {
    "-id",
    "-name",
    "-updated_at",
    "id",
    "name",
    "updated_at",
}


def check_list_metrics_sort(value: str) -> ListMetricsSort:
    if value in LIST_METRICS_SORT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_METRICS_SORT_VALUES!r}")
