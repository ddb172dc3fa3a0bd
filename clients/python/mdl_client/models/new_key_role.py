from typing import Literal

NewKeyRole = Literal["admin", "editor", "viewer"]

NEW_KEY_ROLE_VALUES: set[NewKeyRole] = {
    "admin",
    "editor",
    "viewer",
}


def check_new_key_role(value: str) -> NewKeyRole:
    if value in NEW_KEY_ROLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {NEW_KEY_ROLE_VALUES!r}")
