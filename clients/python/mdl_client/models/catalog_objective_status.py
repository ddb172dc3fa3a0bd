from typing import Literal

CatalogObjectiveStatus = Literal[
    "active", "at_risk", "cancelled", "completed", "draft", "on_hold", "planning"
]

CATALOG_OBJECTIVE_STATUS_VALUES: set[CatalogObjectiveStatus] = {
    "active",
    "at_risk",
    "cancelled",
    "completed",
    "draft",
    "on_hold",
    "planning",
}


def check_catalog_objective_status(value: str) -> CatalogObjectiveStatus:
    if value in CATALOG_OBJECTIVE_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CATALOG_OBJECTIVE_STATUS_VALUES!r}")
