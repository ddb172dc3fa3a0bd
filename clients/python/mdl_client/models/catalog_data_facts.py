from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.any_object import AnyObject


T = TypeVar("T", bound="CatalogDataFacts")


@_attrs_define
class CatalogDataFacts:
    """Where a metric's data come from and how often.

    Attributes:
        primary_sources (list[AnyObject | str] | Unset):
        secondary_sources (list[AnyObject | str] | Unset):
        data_freshness (None | str | Unset):
        update_frequency (None | str | Unset):
        time_grain (list[str] | Unset):
        data_retention (None | str | Unset):
    """

    primary_sources: list[AnyObject | str] | Unset = UNSET
    secondary_sources: list[AnyObject | str] | Unset = UNSET
    data_freshness: None | str | Unset = UNSET
    update_frequency: None | str | Unset = UNSET
    time_grain: list[str] | Unset = UNSET
    data_retention: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.any_object import AnyObject  # noqa: PLC0415

        primary_sources: list[dict[str, Any] | str] | Unset = UNSET
        if not isinstance(self.primary_sources, Unset):
            primary_sources = []
            for primary_sources_item_data in self.primary_sources:
                primary_sources_item: dict[str, Any] | str
                if isinstance(primary_sources_item_data, AnyObject):
                    primary_sources_item = primary_sources_item_data.to_dict()
                else:
                    primary_sources_item = primary_sources_item_data
                primary_sources.append(primary_sources_item)

        secondary_sources: list[dict[str, Any] | str] | Unset = UNSET
        if not isinstance(self.secondary_sources, Unset):
            secondary_sources = []
            for secondary_sources_item_data in self.secondary_sources:
                secondary_sources_item: dict[str, Any] | str
                if isinstance(secondary_sources_item_data, AnyObject):
                    secondary_sources_item = secondary_sources_item_data.to_dict()
                else:
                    secondary_sources_item = secondary_sources_item_data
                secondary_sources.append(secondary_sources_item)

        data_freshness: None | str | Unset
        if isinstance(self.data_freshness, Unset):
            data_freshness = UNSET
        else:
            data_freshness = self.data_freshness

        update_frequency: None | str | Unset
        if isinstance(self.update_frequency, Unset):
            update_frequency = UNSET
        else:
            update_frequency = self.update_frequency

        time_grain: list[str] | Unset = UNSET
        if not isinstance(self.time_grain, Unset):
            time_grain = self.time_grain

        data_retention: None | str | Unset
        if isinstance(self.data_retention, Unset):
            data_retention = UNSET
        else:
            data_retention = self.data_retention

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if primary_sources is not UNSET:
            field_dict["primary_sources"] = primary_sources
        if secondary_sources is not UNSET:
            field_dict["secondary_sources"] = secondary_sources
        if data_freshness is not UNSET:
            field_dict["data_freshness"] = data_freshness
        if update_frequency is not UNSET:
            field_dict["update_frequency"] = update_frequency
        if time_grain is not UNSET:
            field_dict["time_grain"] = time_grain
        if data_retention is not UNSET:
            field_dict["data_retention"] = data_retention

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.any_object import AnyObject  # noqa: PLC0415

        d = dict(src_dict)
        _primary_sources = d.pop("primary_sources", UNSET)
        primary_sources: list[AnyObject | str] | Unset = UNSET
        if _primary_sources is not UNSET:
            primary_sources = []
            for primary_sources_item_data in _primary_sources:

                def _parse_primary_sources_item(data: object) -> AnyObject | str:
                    try:
                        if not isinstance(data, dict):
                            raise TypeError()
                        primary_sources_item_type_1 = AnyObject.from_dict(data)

                        return primary_sources_item_type_1
                    except (TypeError, ValueError, AttributeError, KeyError):
                        pass
                    return cast(AnyObject | str, data)

                primary_sources_item = _parse_primary_sources_item(primary_sources_item_data)

                primary_sources.append(primary_sources_item)

        _secondary_sources = d.pop("secondary_sources", UNSET)
        secondary_sources: list[AnyObject | str] | Unset = UNSET
        if _secondary_sources is not UNSET:
            secondary_sources = []
            for secondary_sources_item_data in _secondary_sources:

                def _parse_secondary_sources_item(data: object) -> AnyObject | str:
                    try:
                        if not isinstance(data, dict):
                            raise TypeError()
                        secondary_sources_item_type_1 = AnyObject.from_dict(data)

                        return secondary_sources_item_type_1
                    except (TypeError, ValueError, AttributeError, KeyError):
                        pass
                    return cast(AnyObject | str, data)

                secondary_sources_item = _parse_secondary_sources_item(secondary_sources_item_data)

                secondary_sources.append(secondary_sources_item)

        def _parse_data_freshness(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        data_freshness = _parse_data_freshness(d.pop("data_freshness", UNSET))

        def _parse_update_frequency(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        update_frequency = _parse_update_frequency(d.pop("update_frequency", UNSET))

        time_grain = cast(list[str], d.pop("time_grain", UNSET))

        def _parse_data_retention(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        data_retention = _parse_data_retention(d.pop("data_retention", UNSET))

        catalog_data_facts = cls(
            primary_sources=primary_sources,
            secondary_sources=secondary_sources,
            data_freshness=data_freshness,
            update_frequency=update_frequency,
            time_grain=time_grain,
            data_retention=data_retention,
        )

        catalog_data_facts.additional_properties = d
        return catalog_data_facts

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
