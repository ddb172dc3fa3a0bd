from typing import Literal

ListSourcesSort = Literal["-id", "-name", "-updated_at", "id", "name", "updated_at"]

LIST_SOURCES_SORT_VALUES: set[ListSourcesSort] = {
    "-id",
    "-name",
    "-updated_at",
    "id",
    "name",
    "updated_at",
}


def check_list_sources_sort(value: str) -> ListSourcesSort:
    if value in LIST_SOURCES_SORT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_SOURCES_SORT_VALUES!r}")
