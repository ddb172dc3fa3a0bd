from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="NewIncidentSilence")


@_attrs_define
class NewIncidentSilence:
    """
    Attributes:
        reason (str):
        duration (str | Unset): such as 4h or 2 days
        ends_at (datetime.datetime | Unset): at most 90 days from now
    """

    reason: str
    duration: str | Unset = UNSET
    ends_at: datetime.datetime | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        duration = self.duration

        ends_at: str | Unset = UNSET
        if not isinstance(self.ends_at, Unset):
            ends_at = self.ends_at.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
            }
        )
        if duration is not UNSET:
            field_dict["duration"] = duration
        if ends_at is not UNSET:
            field_dict["ends_at"] = ends_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason")

        duration = d.pop("duration", UNSET)

        _ends_at = d.pop("ends_at", UNSET)
        ends_at: datetime.datetime | Unset
        if isinstance(_ends_at, Unset):
            ends_at = UNSET
        else:
            ends_at = datetime.datetime.fromisoformat(_ends_at)

        new_incident_silence = cls(
            reason=reason,
            duration=duration,
            ends_at=ends_at,
        )

        return new_incident_silence
