from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.new_user_role import NewUserRole, check_new_user_role
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewUser")


@_attrs_define
class NewUser:
    """
    Attributes:
        username (str):
        role (NewUserRole | Unset):  Default: 'viewer'.
    """

    username: str
    role: NewUserRole | Unset = "viewer"

    def to_dict(self) -> dict[str, Any]:
        username = self.username

        role: str | Unset = UNSET
        if not isinstance(self.role, Unset):
            role = self.role

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "username": username,
            }
        )
        if role is not UNSET:
            field_dict["role"] = role

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        username = d.pop("username")

        _role = d.pop("role", UNSET)
        role: NewUserRole | Unset
        if isinstance(_role, Unset):
            role = UNSET
        else:
            role = check_new_user_role(_role)

        new_user = cls(
            username=username,
            role=role,
        )

        return new_user
