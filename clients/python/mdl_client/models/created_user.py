from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.user import User


T = TypeVar("T", bound="CreatedUser")


@_attrs_define
class CreatedUser:
    """
    Attributes:
        data (User):
        password (str): shown only now
    """

    data: User
    password: str

    def to_dict(self) -> dict[str, Any]:
        data = self.data.to_dict()

        password = self.password

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "data": data,
                "password": password,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.user import User  # noqa: PLC0415

        d = dict(src_dict)
        data = User.from_dict(d.pop("data"))

        password = d.pop("password")

        created_user = cls(
            data=data,
            password=password,
        )

        return created_user
