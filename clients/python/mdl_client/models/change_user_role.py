from typing import Literal

ChangeUserRole = Literal["admin", "editor", "viewer"]

CHANGE_USER_ROLE_VALUES: set[ChangeUserRole] = {
    "admin",
    "editor",
    "viewer",
}


def check_change_user_role(value: str) -> ChangeUserRole:
    if value in CHANGE_USER_ROLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CHANGE_USER_ROLE_VALUES!r}")
