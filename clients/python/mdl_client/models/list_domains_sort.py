from typing import Literal

ListDomainsSort = Literal["-id", "-name", "-updated_at", "id", "name", "updated_at"]

LIST_DOMAINS_SORT_VALUES: set[ListDomainsSort] = {
    "-id",
    "-name",
    "-updated_at",
    "id",
    "name",
    "updated_at",
}


def check_list_domains_sort(value: str) -> ListDomainsSort:
    if value in LIST_DOMAINS_SORT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_DOMAINS_SORT_VALUES!r}")
