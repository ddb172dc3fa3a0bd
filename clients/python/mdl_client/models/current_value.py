from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="CurrentValue")


@_attrs_define
class CurrentValue:
    """
    Attributes:
        grain (str):
        unit (None | str):
        period_start (datetime.datetime):
        period_end (datetime.datetime):
        value (float | None):
        status (str):
        change_pct (float | None):
    """

    grain: str
    unit: None | str
    period_start: datetime.datetime
    period_end: datetime.datetime
    value: float | None
    status: str
    change_pct: float | None

    def to_dict(self) -> dict[str, Any]:
        grain = self.grain

        unit: None | str
        unit = self.unit

        period_start = self.period_start.isoformat()

        period_end = self.period_end.isoformat()

        value: float | None
        value = self.value

        status = self.status

        change_pct: float | None
        change_pct = self.change_pct

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "grain": grain,
                "unit": unit,
                "period_start": period_start,
                "period_end": period_end,
                "value": value,
                "status": status,
                "change_pct": change_pct,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        grain = d.pop("grain")

        def _parse_unit(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        unit = _parse_unit(d.pop("unit"))

        period_start = datetime.datetime.fromisoformat(d.pop("period_start"))

        period_end = datetime.datetime.fromisoformat(d.pop("period_end"))

        def _parse_value(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        value = _parse_value(d.pop("value"))

        status = d.pop("status")

        def _parse_change_pct(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        change_pct = _parse_change_pct(d.pop("change_pct"))

        current_value = cls(
            grain=grain,
            unit=unit,
            period_start=period_start,
            period_end=period_end,
            value=value,
            status=status,
            change_pct=change_pct,
        )

        return current_value
