from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.catalog_okr_alert_rule_applies_to import (
    CatalogOkrAlertRuleAppliesTo,
    check_catalog_okr_alert_rule_applies_to,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="CatalogOkrAlertRule")


@_attrs_define
class CatalogOkrAlertRule:
    """When somebody is told of an objective or one of its key results; judged on each as-of day's score.

    Attributes:
        condition (str):
        rule_id (None | str | Unset):
        description (None | str | Unset):
        critical_condition (None | str | Unset):
        severity (str | Unset):  Default: 'warning'.
        applies_to (CatalogOkrAlertRuleAppliesTo | Unset):  Default: 'both'.
        notify_channels (list[str] | Unset):
        for_periods (int | Unset):  Default: 1.
        recover_periods (int | Unset):  Default: 1.
        renotify_every (None | str | Unset):
    """

    condition: str
    rule_id: None | str | Unset = UNSET
    description: None | str | Unset = UNSET
    critical_condition: None | str | Unset = UNSET
    severity: str | Unset = "warning"
    applies_to: CatalogOkrAlertRuleAppliesTo | Unset = "both"
    notify_channels: list[str] | Unset = UNSET
    for_periods: int | Unset = 1
    recover_periods: int | Unset = 1
    renotify_every: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        condition = self.condition

        rule_id: None | str | Unset
        if isinstance(self.rule_id, Unset):
            rule_id = UNSET
        else:
            rule_id = self.rule_id

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        critical_condition: None | str | Unset
        if isinstance(self.critical_condition, Unset):
            critical_condition = UNSET
        else:
            critical_condition = self.critical_condition

        severity = self.severity

        applies_to: str | Unset = UNSET
        if not isinstance(self.applies_to, Unset):
            applies_to = self.applies_to

        notify_channels: list[str] | Unset = UNSET
        if not isinstance(self.notify_channels, Unset):
            notify_channels = self.notify_channels

        for_periods = self.for_periods

        recover_periods = self.recover_periods

        renotify_every: None | str | Unset
        if isinstance(self.renotify_every, Unset):
            renotify_every = UNSET
        else:
            renotify_every = self.renotify_every

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "condition": condition,
            }
        )
        if rule_id is not UNSET:
            field_dict["rule_id"] = rule_id
        if description is not UNSET:
            field_dict["description"] = description
        if critical_condition is not UNSET:
            field_dict["critical_condition"] = critical_condition
        if severity is not UNSET:
            field_dict["severity"] = severity
        if applies_to is not UNSET:
            field_dict["applies_to"] = applies_to
        if notify_channels is not UNSET:
            field_dict["notify_channels"] = notify_channels
        if for_periods is not UNSET:
            field_dict["for_periods"] = for_periods
        if recover_periods is not UNSET:
            field_dict["recover_periods"] = recover_periods
        if renotify_every is not UNSET:
            field_dict["renotify_every"] = renotify_every

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

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        def _parse_critical_condition(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        critical_condition = _parse_critical_condition(d.pop("critical_condition", UNSET))

        severity = d.pop("severity", UNSET)

        _applies_to = d.pop("applies_to", UNSET)
        applies_to: CatalogOkrAlertRuleAppliesTo | Unset
        if isinstance(_applies_to, Unset):
            applies_to = UNSET
        else:
            applies_to = check_catalog_okr_alert_rule_applies_to(_applies_to)

        notify_channels = cast(list[str], d.pop("notify_channels", UNSET))

        for_periods = d.pop("for_periods", UNSET)

        recover_periods = d.pop("recover_periods", UNSET)

        def _parse_renotify_every(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        renotify_every = _parse_renotify_every(d.pop("renotify_every", UNSET))

        catalog_okr_alert_rule = cls(
            condition=condition,
            rule_id=rule_id,
            description=description,
            critical_condition=critical_condition,
            severity=severity,
            applies_to=applies_to,
            notify_channels=notify_channels,
            for_periods=for_periods,
            recover_periods=recover_periods,
            renotify_every=renotify_every,
        )

        catalog_okr_alert_rule.additional_properties = d
        return catalog_okr_alert_rule

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
