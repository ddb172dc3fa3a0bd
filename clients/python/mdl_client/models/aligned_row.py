from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.aligned_row_values import AlignedRowValues


T = TypeVar("T", bound="AlignedRow")


@_attrs_define
class AlignedRow:
    """
    Attributes:
        slice_ (str): '' is the total
        period_start (datetime.datetime):
        period_end (datetime.datetime):
        is_complete (bool):
        values (AlignedRowValues): by metric id; null where the metric has no value
    """

    slice_: str
    period_start: datetime.datetime
    period_end: datetime.datetime
    is_complete: bool
    values: AlignedRowValues

    def to_dict(self) -> dict[str, Any]:
        slice_ = self.slice_

        period_start = self.period_start.isoformat()

        period_end = self.period_end.isoformat()

        is_complete = self.is_complete

        values = self.values.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "slice": slice_,
                "period_start": period_start,
                "period_end": period_end,
                "is_complete": is_complete,
                "values": values,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.aligned_row_values import AlignedRowValues  # noqa: PLC0415

        d = dict(src_dict)
        slice_ = d.pop("slice")

        period_start = datetime.datetime.fromisoformat(d.pop("period_start"))

        period_end = datetime.datetime.fromisoformat(d.pop("period_end"))

        is_complete = d.pop("is_complete")

        values = AlignedRowValues.from_dict(d.pop("values"))

        aligned_row = cls(
            slice_=slice_,
            period_start=period_start,
            period_end=period_end,
            is_complete=is_complete,
            values=values,
        )

        return aligned_row
