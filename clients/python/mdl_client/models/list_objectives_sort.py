from typing import Literal

ListObjectivesSort = Literal["-id", "-name", "-updated_at", "id", "name", "updated_at"]

LIST_OBJECTIVES_SORT_VALUES: set[ListObjectivesSort] = {
    "-id",
    "-name",
    "-updated_at",
    "id",
    "name",
    "updated_at",
}


def check_list_objectives_sort(value: str) -> ListObjectivesSort:
    if value in LIST_OBJECTIVES_SORT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_OBJECTIVES_SORT_VALUES!r}")
