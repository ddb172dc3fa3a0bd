from typing import Literal

NewUserRole = Literal["admin", "editor", "viewer"]

NEW_USER_ROLE_VALUES: set[NewUserRole] = {
    "admin",
    "editor",
    "viewer",
}


def check_new_user_role(value: str) -> NewUserRole:
    if value in NEW_USER_ROLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {NEW_USER_ROLE_VALUES!r}")
