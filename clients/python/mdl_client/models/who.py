from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.who_role import WhoRole, check_who_role

if TYPE_CHECKING:
    from ..models.user import User


T = TypeVar("T", bound="Who")


@_attrs_define
class Who:
    """
    Attributes:
        user (User):
        role (WhoRole):
        key_id (None | str): null without a key
    """

    user: User
    role: WhoRole
    key_id: None | str

    def to_dict(self) -> dict[str, Any]:
        user = self.user.to_dict()

        role: str = self.role

        key_id: None | str
        key_id = self.key_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "user": user,
                "role": role,
                "key_id": key_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.user import User  # noqa: PLC0415

        d = dict(src_dict)
        user = User.from_dict(d.pop("user"))

        role = check_who_role(d.pop("role"))

        def _parse_key_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        key_id = _parse_key_id(d.pop("key_id"))

        who = cls(
            user=user,
            role=role,
            key_id=key_id,
        )

        return who
