from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.user_role import UserRole, check_user_role

T = TypeVar("T", bound="User")


@_attrs_define
class User:
    """
    Attributes:
        user_id (int):
        username (str):
        role (UserRole):
        is_active (bool):
        must_change_password (bool):
        failed_sign_ins (int): in a row
        locked_until (datetime.datetime | None):
        created_at (datetime.datetime):
        last_sign_in_at (datetime.datetime | None):
    """

    user_id: int
    username: str
    role: UserRole
    is_active: bool
    must_change_password: bool
    failed_sign_ins: int
    locked_until: datetime.datetime | None
    created_at: datetime.datetime
    last_sign_in_at: datetime.datetime | None

    def to_dict(self) -> dict[str, Any]:
        user_id = self.user_id

        username = self.username

        role: str = self.role

        is_active = self.is_active

        must_change_password = self.must_change_password

        failed_sign_ins = self.failed_sign_ins

        locked_until: None | str
        if isinstance(self.locked_until, datetime.datetime):
            locked_until = self.locked_until.isoformat()
        else:
            locked_until = self.locked_until

        created_at = self.created_at.isoformat()

        last_sign_in_at: None | str
        if isinstance(self.last_sign_in_at, datetime.datetime):
            last_sign_in_at = self.last_sign_in_at.isoformat()
        else:
            last_sign_in_at = self.last_sign_in_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "user_id": user_id,
                "username": username,
                "role": role,
                "is_active": is_active,
                "must_change_password": must_change_password,
                "failed_sign_ins": failed_sign_ins,
                "locked_until": locked_until,
                "created_at": created_at,
                "last_sign_in_at": last_sign_in_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        user_id = d.pop("user_id")

        username = d.pop("username")

        role = check_user_role(d.pop("role"))

        is_active = d.pop("is_active")

        must_change_password = d.pop("must_change_password")

        failed_sign_ins = d.pop("failed_sign_ins")

        def _parse_locked_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                locked_until_type_0 = datetime.datetime.fromisoformat(data)

                return locked_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        locked_until = _parse_locked_until(d.pop("locked_until"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_last_sign_in_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_sign_in_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_sign_in_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_sign_in_at = _parse_last_sign_in_at(d.pop("last_sign_in_at"))

        user = cls(
            user_id=user_id,
            username=username,
            role=role,
            is_active=is_active,
            must_change_password=must_change_password,
            failed_sign_ins=failed_sign_ins,
            locked_until=locked_until,
            created_at=created_at,
            last_sign_in_at=last_sign_in_at,
        )

        return user
