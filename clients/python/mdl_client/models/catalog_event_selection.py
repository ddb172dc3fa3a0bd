from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.catalog_filter import CatalogFilter


T = TypeVar("T", bound="CatalogEventSelection")


@_attrs_define
class CatalogEventSelection:
    """Rows of one event that pass every filter.

    Attributes:
        event_name (str):
        filters (list[CatalogFilter] | Unset):
    """

    event_name: str
    filters: list[CatalogFilter] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        event_name = self.event_name

        filters: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.filters, Unset):
            filters = []
            for filters_item_data in self.filters:
                filters_item = filters_item_data.to_dict()
                filters.append(filters_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "event_name": event_name,
            }
        )
        if filters is not UNSET:
            field_dict["filters"] = filters

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.catalog_filter import CatalogFilter  # noqa: PLC0415

        d = dict(src_dict)
        event_name = d.pop("event_name")

        _filters = d.pop("filters", UNSET)
        filters: list[CatalogFilter] | Unset = UNSET
        if _filters is not UNSET:
            filters = []
            for filters_item_data in _filters:
                filters_item = CatalogFilter.from_dict(filters_item_data)

                filters.append(filters_item)

        catalog_event_selection = cls(
            event_name=event_name,
            filters=filters,
        )

        catalog_event_selection.additional_properties = d
        return catalog_event_selection

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
