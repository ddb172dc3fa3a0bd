from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.catalog_window_unit import CatalogWindowUnit, check_catalog_window_unit
from ..types import UNSET, Unset

T = TypeVar("T", bound="CatalogWindow")


@_attrs_define
class CatalogWindow:
    """Trailing window that ends with each period.

    Attributes:
        trailing (int):
        unit (CatalogWindowUnit | Unset):  Default: 'day'.
    """

    trailing: int
    unit: CatalogWindowUnit | Unset = "day"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        trailing = self.trailing

        unit: str | Unset = UNSET
        if not isinstance(self.unit, Unset):
            unit = self.unit

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "trailing": trailing,
            }
        )
        if unit is not UNSET:
            field_dict["unit"] = unit

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        trailing = d.pop("trailing")

        _unit = d.pop("unit", UNSET)
        unit: CatalogWindowUnit | Unset
        if isinstance(_unit, Unset):
            unit = UNSET
        else:
            unit = check_catalog_window_unit(_unit)

        catalog_window = cls(
            trailing=trailing,
            unit=unit,
        )

        catalog_window.additional_properties = d
        return catalog_window

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
