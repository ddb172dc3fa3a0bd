from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.new_key_role import NewKeyRole, check_new_key_role
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewKey")


@_attrs_define
class NewKey:
    """
    Attributes:
        name (str):
        role (NewKeyRole | Unset):  Default: 'viewer'.
        expires_in_days (int | Unset):  Default: 90.
    """

    name: str
    role: NewKeyRole | Unset = "viewer"
    expires_in_days: int | Unset = 90

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        role: str | Unset = UNSET
        if not isinstance(self.role, Unset):
            role = self.role

        expires_in_days = self.expires_in_days

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
            }
        )
        if role is not UNSET:
            field_dict["role"] = role
        if expires_in_days is not UNSET:
            field_dict["expires_in_days"] = expires_in_days

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        _role = d.pop("role", UNSET)
        role: NewKeyRole | Unset
        if isinstance(_role, Unset):
            role = UNSET
        else:
            role = check_new_key_role(_role)

        expires_in_days = d.pop("expires_in_days", UNSET)

        new_key = cls(
            name=name,
            role=role,
            expires_in_days=expires_in_days,
        )

        return new_key
