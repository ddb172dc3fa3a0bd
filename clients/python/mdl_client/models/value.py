from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Value")


@_attrs_define
class Value:
    """
    Attributes:
        slice_ (str): '' is the total
        period_start (datetime.datetime):
        period_end (datetime.datetime):
        is_complete (bool):
        value (float | None):
        numerator (float | None):
        denominator (float | None):
        sample_count (int):
        is_carried (bool):
        status (str):
        previous_value (float | None):
        change_pct (float | None):
        baseline_value (float | None):
    """

    slice_: str
    period_start: datetime.datetime
    period_end: datetime.datetime
    is_complete: bool
    value: float | None
    numerator: float | None
    denominator: float | None
    sample_count: int
    is_carried: bool
    status: str
    previous_value: float | None
    change_pct: float | None
    baseline_value: float | None

    def to_dict(self) -> dict[str, Any]:
        slice_ = self.slice_

        period_start = self.period_start.isoformat()

        period_end = self.period_end.isoformat()

        is_complete = self.is_complete

        value: float | None
        value = self.value

        numerator: float | None
        numerator = self.numerator

        denominator: float | None
        denominator = self.denominator

        sample_count = self.sample_count

        is_carried = self.is_carried

        status = self.status

        previous_value: float | None
        previous_value = self.previous_value

        change_pct: float | None
        change_pct = self.change_pct

        baseline_value: float | None
        baseline_value = self.baseline_value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "slice": slice_,
                "period_start": period_start,
                "period_end": period_end,
                "is_complete": is_complete,
                "value": value,
                "numerator": numerator,
                "denominator": denominator,
                "sample_count": sample_count,
                "is_carried": is_carried,
                "status": status,
                "previous_value": previous_value,
                "change_pct": change_pct,
                "baseline_value": baseline_value,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        slice_ = d.pop("slice")

        period_start = datetime.datetime.fromisoformat(d.pop("period_start"))

        period_end = datetime.datetime.fromisoformat(d.pop("period_end"))

        is_complete = d.pop("is_complete")

        def _parse_value(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        value = _parse_value(d.pop("value"))

        def _parse_numerator(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        numerator = _parse_numerator(d.pop("numerator"))

        def _parse_denominator(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        denominator = _parse_denominator(d.pop("denominator"))

        sample_count = d.pop("sample_count")

        is_carried = d.pop("is_carried")

        status = d.pop("status")

        def _parse_previous_value(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        previous_value = _parse_previous_value(d.pop("previous_value"))

        def _parse_change_pct(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        change_pct = _parse_change_pct(d.pop("change_pct"))

        def _parse_baseline_value(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        baseline_value = _parse_baseline_value(d.pop("baseline_value"))

        value = cls(
            slice_=slice_,
            period_start=period_start,
            period_end=period_end,
            is_complete=is_complete,
            value=value,
            numerator=numerator,
            denominator=denominator,
            sample_count=sample_count,
            is_carried=is_carried,
            status=status,
            previous_value=previous_value,
            change_pct=change_pct,
            baseline_value=baseline_value,
        )

        return value
