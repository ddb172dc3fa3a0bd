from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="CatalogAlertRule")


@_attrs_define
class CatalogAlertRule:
    """When an owner is told.

    Attributes:
        condition (str):
        rule_id (None | str | Unset):
        severity (str | Unset):  Default: 'warning'.
        notify_channels (list[str] | Unset):
        evaluation_window (None | str | Unset):
        for_periods (int | Unset):  Default: 1.
    """

    condition: str
    rule_id: None | str | Unset = UNSET
    severity: str | Unset = "warning"
    notify_channels: list[str] | Unset = UNSET
    evaluation_window: None | str | Unset = UNSET
    for_periods: int | Unset = 1
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        condition = self.condition

        rule_id: None | str | Unset
        if isinstance(self.rule_id, Unset):
            rule_id = UNSET
        else:
            rule_id = self.rule_id

        severity = self.severity

        notify_channels: list[str] | Unset = UNSET
        if not isinstance(self.notify_channels, Unset):
            notify_channels = self.notify_channels

        evaluation_window: None | str | Unset
        if isinstance(self.evaluation_window, Unset):
            evaluation_window = UNSET
        else:
            evaluation_window = self.evaluation_window

        for_periods = self.for_periods

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "condition": condition,
            }
        )
        if rule_id is not UNSET:
            field_dict["rule_id"] = rule_id
        if severity is not UNSET:
            field_dict["severity"] = severity
        if notify_channels is not UNSET:
            field_dict["notify_channels"] = notify_channels
        if evaluation_window is not UNSET:
            field_dict["evaluation_window"] = evaluation_window
        if for_periods is not UNSET:
            field_dict["for_periods"] = for_periods

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        condition = d.pop("condition")

        def _parse_rule_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        rule_id = _parse_rule_id(d.pop("rule_id", UNSET))

        severity = d.pop("severity", UNSET)

        notify_channels = cast(list[str], d.pop("notify_channels", UNSET))

        def _parse_evaluation_window(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        evaluation_window = _parse_evaluation_window(d.pop("evaluation_window", UNSET))

        for_periods = d.pop("for_periods", UNSET)

        catalog_alert_rule = cls(
            condition=condition,
            rule_id=rule_id,
            severity=severity,
            notify_channels=notify_channels,
            evaluation_window=evaluation_window,
            for_periods=for_periods,
        )

        catalog_alert_rule.additional_properties = d
        return catalog_alert_rule

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
