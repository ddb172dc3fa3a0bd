from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.change_user_role import ChangeUserRole, check_change_user_role
from ..types import UNSET, Unset

T = TypeVar("T", bound="ChangeUser")


@_attrs_define
class ChangeUser:
    """
    Attributes:
        role (ChangeUserRole | Unset):
        is_active (bool | Unset):
        is_locked (bool | Unset): false: may try to sign in again at once
    """

    role: ChangeUserRole | Unset = UNSET
    is_active: bool | Unset = UNSET
    is_locked: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        role: str | Unset = UNSET
        if not isinstance(self.role, Unset):
            role = self.role

        is_active = self.is_active

        is_locked = self.is_locked

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if role is not UNSET:
            field_dict["role"] = role
        if is_active is not UNSET:
            field_dict["is_active"] = is_active
        if is_locked is not UNSET:
            field_dict["is_locked"] = is_locked

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _role = d.pop("role", UNSET)
        role: ChangeUserRole | Unset
        if isinstance(_role, Unset):
            role = UNSET
        else:
            role = check_change_user_role(_role)

        is_active = d.pop("is_active", UNSET)

        is_locked = d.pop("is_locked", UNSET)

        change_user = cls(
            role=role,
            is_active=is_active,
            is_locked=is_locked,
        )

        return change_user
