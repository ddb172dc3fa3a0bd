from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="CatalogDimension")


@_attrs_define
class CatalogDimension:
    """One way to slice a metric.

    Attributes:
        name (str):
        allowed_values (list[bool | float | int | str] | Unset):
        required (bool | Unset):  Default: False.
    """

    name: str
    allowed_values: list[bool | float | int | str] | Unset = UNSET
    required: bool | Unset = False
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        allowed_values: list[bool | float | int | str] | Unset = UNSET
        if not isinstance(self.allowed_values, Unset):
            allowed_values = []
            for allowed_values_item_data in self.allowed_values:
                allowed_values_item: bool | float | int | str
                allowed_values_item = allowed_values_item_data
                allowed_values.append(allowed_values_item)

        required = self.required

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
            }
        )
        if allowed_values is not UNSET:
            field_dict["allowed_values"] = allowed_values
        if required is not UNSET:
            field_dict["required"] = required

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        _allowed_values = d.pop("allowed_values", UNSET)
        allowed_values: list[bool | float | int | str] | Unset = UNSET
        if _allowed_values is not UNSET:
            allowed_values = []
            for allowed_values_item_data in _allowed_values:

                def _parse_allowed_values_item(data: object) -> bool | float | int | str:
                    return cast(bool | float | int | str, data)

                allowed_values_item = _parse_allowed_values_item(allowed_values_item_data)

                allowed_values.append(allowed_values_item)

        required = d.pop("required", UNSET)

        catalog_dimension = cls(
            name=name,
            allowed_values=allowed_values,
            required=required,
        )

        catalog_dimension.additional_properties = d
        return catalog_dimension

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
