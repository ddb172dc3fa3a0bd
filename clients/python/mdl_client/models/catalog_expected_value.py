from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="CatalogExpectedValue")


@_attrs_define
class CatalogExpectedValue:
    """One expected row of a metric test; period_start is wall time of the reporting zone.

    Attributes:
        period_start (datetime.date | datetime.datetime):
        value (float | None):
        slice_ (str | Unset):  Default: ''.
    """

    period_start: datetime.date | datetime.datetime
    value: float | None
    slice_: str | Unset = ""
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        period_start: str
        if isinstance(self.period_start, datetime.date):
            period_start = self.period_start.isoformat()
        else:
            period_start = self.period_start.isoformat()

        value: float | None
        value = self.value

        slice_ = self.slice_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "period_start": period_start,
                "value": value,
            }
        )
        if slice_ is not UNSET:
            field_dict["slice"] = slice_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_period_start(data: object) -> datetime.date | datetime.datetime:
            try:
                if not isinstance(data, str):
                    raise TypeError()
                period_start_type_0 = datetime.date.fromisoformat(data)

                return period_start_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, str):
                raise TypeError()
            period_start_type_1 = datetime.datetime.fromisoformat(data)

            return period_start_type_1

        period_start = _parse_period_start(d.pop("period_start"))

        def _parse_value(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        value = _parse_value(d.pop("value"))

        slice_ = d.pop("slice", UNSET)

        catalog_expected_value = cls(
            period_start=period_start,
            value=value,
            slice_=slice_,
        )

        catalog_expected_value.additional_properties = d
        return catalog_expected_value

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
