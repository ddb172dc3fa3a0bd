from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="CheckIn")


@_attrs_define
class CheckIn:
    """
    Attributes:
        check_in_id (int):
        objective_id (str):
        kr_id (str):
        value (float):
        note (None | str):
        checked_in_by (str):
        checked_in_at (datetime.datetime):
    """

    check_in_id: int
    objective_id: str
    kr_id: str
    value: float
    note: None | str
    checked_in_by: str
    checked_in_at: datetime.datetime

    def to_dict(self) -> dict[str, Any]:
        check_in_id = self.check_in_id

        objective_id = self.objective_id

        kr_id = self.kr_id

        value = self.value

        note: None | str
        note = self.note

        checked_in_by = self.checked_in_by

        checked_in_at = self.checked_in_at.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "check_in_id": check_in_id,
                "objective_id": objective_id,
                "kr_id": kr_id,
                "value": value,
                "note": note,
                "checked_in_by": checked_in_by,
                "checked_in_at": checked_in_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        check_in_id = d.pop("check_in_id")

        objective_id = d.pop("objective_id")

        kr_id = d.pop("kr_id")

        value = d.pop("value")

        def _parse_note(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        note = _parse_note(d.pop("note"))

        checked_in_by = d.pop("checked_in_by")

        checked_in_at = datetime.datetime.fromisoformat(d.pop("checked_in_at"))

        check_in = cls(
            check_in_id=check_in_id,
            objective_id=objective_id,
            kr_id=kr_id,
            value=value,
            note=note,
            checked_in_by=checked_in_by,
            checked_in_at=checked_in_at,
        )

        return check_in
