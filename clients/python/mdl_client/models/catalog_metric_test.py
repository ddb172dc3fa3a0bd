from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.catalog_grain import CatalogGrain, check_catalog_grain
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.any_object import AnyObject
    from ..models.catalog_expected_value import CatalogExpectedValue


T = TypeVar("T", bound="CatalogMetricTest")


@_attrs_define
class CatalogMetricTest:
    """Events and the values that a metric must show over them; run by `mdl catalog test`.

    Each event is {event, occurred_at, <dimension or field>: value, …}.

        Attributes:
            name (str):
            events (list[AnyObject]):
            expect (list[CatalogExpectedValue]):
            grain (CatalogGrain | Unset): Lengths of period, finest first.
    """

    name: str
    events: list[AnyObject]
    expect: list[CatalogExpectedValue]
    grain: CatalogGrain | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        events = []
        for events_item_data in self.events:
            events_item = events_item_data.to_dict()
            events.append(events_item)

        expect = []
        for expect_item_data in self.expect:
            expect_item = expect_item_data.to_dict()
            expect.append(expect_item)

        grain: str | Unset = UNSET
        if not isinstance(self.grain, Unset):
            grain = self.grain

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "events": events,
                "expect": expect,
            }
        )
        if grain is not UNSET:
            field_dict["grain"] = grain

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.any_object import AnyObject  # noqa: PLC0415
        from ..models.catalog_expected_value import CatalogExpectedValue  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        events = []
        _events = d.pop("events")
        for events_item_data in _events:
            events_item = AnyObject.from_dict(events_item_data)

            events.append(events_item)

        expect = []
        _expect = d.pop("expect")
        for expect_item_data in _expect:
            expect_item = CatalogExpectedValue.from_dict(expect_item_data)

            expect.append(expect_item)

        _grain = d.pop("grain", UNSET)
        grain: CatalogGrain | Unset
        if isinstance(_grain, Unset):
            grain = UNSET
        else:
            grain = check_catalog_grain(_grain)

        catalog_metric_test = cls(
            name=name,
            events=events,
            expect=expect,
            grain=grain,
        )

        catalog_metric_test.additional_properties = d
        return catalog_metric_test

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
