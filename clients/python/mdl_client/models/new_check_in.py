from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="NewCheckIn")


@_attrs_define
class NewCheckIn:
    """
    Attributes:
        value (float): in the unit of the key result's target
        note (None | str | Unset):
        checked_in_at (datetime.datetime | Unset): the moment at which the value stood, now by default, never later
    """

    value: float
    note: None | str | Unset = UNSET
    checked_in_at: datetime.datetime | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        value = self.value

        note: None | str | Unset
        if isinstance(self.note, Unset):
            note = UNSET
        else:
            note = self.note

        checked_in_at: str | Unset = UNSET
        if not isinstance(self.checked_in_at, Unset):
            checked_in_at = self.checked_in_at.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "value": value,
            }
        )
        if note is not UNSET:
            field_dict["note"] = note
        if checked_in_at is not UNSET:
            field_dict["checked_in_at"] = checked_in_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        value = d.pop("value")

        def _parse_note(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        note = _parse_note(d.pop("note", UNSET))

        _checked_in_at = d.pop("checked_in_at", UNSET)
        checked_in_at: datetime.datetime | Unset
        if isinstance(_checked_in_at, Unset):
            checked_in_at = UNSET
        else:
            checked_in_at = datetime.datetime.fromisoformat(_checked_in_at)

        new_check_in = cls(
            value=value,
            note=note,
            checked_in_at=checked_in_at,
        )

        return new_check_in
