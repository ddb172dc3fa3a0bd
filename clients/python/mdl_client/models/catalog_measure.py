from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.catalog_filter import CatalogFilter


T = TypeVar("T", bound="CatalogMeasure")


@_attrs_define
class CatalogMeasure:
    """A named aggregate that a formula may use as an identifier.

    Attributes:
        event (str):
        aggregate (str | Unset):  Default: 'count'.
        field (None | str | Unset):
        filters (list[CatalogFilter] | Unset):
    """

    event: str
    aggregate: str | Unset = "count"
    field: None | str | Unset = UNSET
    filters: list[CatalogFilter] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        event = self.event

        aggregate = self.aggregate

        field: None | str | Unset
        if isinstance(self.field, Unset):
            field = UNSET
        else:
            field = self.field

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
                "event": event,
            }
        )
        if aggregate is not UNSET:
            field_dict["aggregate"] = aggregate
        if field is not UNSET:
            field_dict["field"] = field
        if filters is not UNSET:
            field_dict["filters"] = filters

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.catalog_filter import CatalogFilter  # noqa: PLC0415

        d = dict(src_dict)
        event = d.pop("event")

        aggregate = d.pop("aggregate", UNSET)

        def _parse_field(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        field = _parse_field(d.pop("field", UNSET))

        _filters = d.pop("filters", UNSET)
        filters: list[CatalogFilter] | Unset = UNSET
        if _filters is not UNSET:
            filters = []
            for filters_item_data in _filters:
                filters_item = CatalogFilter.from_dict(filters_item_data)

                filters.append(filters_item)

        catalog_measure = cls(
            event=event,
            aggregate=aggregate,
            field=field,
            filters=filters,
        )

        catalog_measure.additional_properties = d
        return catalog_measure

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
