from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.catalog_alert_rule import CatalogAlertRule


T = TypeVar("T", bound="CatalogTargets")


@_attrs_define
class CatalogTargets:
    """Where a metric should stand, and when to worry.

    Attributes:
        target_value (float | None | Unset):
        warning_threshold (float | None | Unset):
        critical_threshold (float | None | Unset):
        comparison_baseline (float | None | str | Unset):
        notify_channels (list[str] | Unset):
        alert_rules (list[CatalogAlertRule] | Unset):
    """

    target_value: float | None | Unset = UNSET
    warning_threshold: float | None | Unset = UNSET
    critical_threshold: float | None | Unset = UNSET
    comparison_baseline: float | None | str | Unset = UNSET
    notify_channels: list[str] | Unset = UNSET
    alert_rules: list[CatalogAlertRule] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        target_value: float | None | Unset
        if isinstance(self.target_value, Unset):
            target_value = UNSET
        else:
            target_value = self.target_value

        warning_threshold: float | None | Unset
        if isinstance(self.warning_threshold, Unset):
            warning_threshold = UNSET
        else:
            warning_threshold = self.warning_threshold

        critical_threshold: float | None | Unset
        if isinstance(self.critical_threshold, Unset):
            critical_threshold = UNSET
        else:
            critical_threshold = self.critical_threshold

        comparison_baseline: float | None | str | Unset
        if isinstance(self.comparison_baseline, Unset):
            comparison_baseline = UNSET
        else:
            comparison_baseline = self.comparison_baseline

        notify_channels: list[str] | Unset = UNSET
        if not isinstance(self.notify_channels, Unset):
            notify_channels = self.notify_channels

        alert_rules: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.alert_rules, Unset):
            alert_rules = []
            for alert_rules_item_data in self.alert_rules:
                alert_rules_item = alert_rules_item_data.to_dict()
                alert_rules.append(alert_rules_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if target_value is not UNSET:
            field_dict["target_value"] = target_value
        if warning_threshold is not UNSET:
            field_dict["warning_threshold"] = warning_threshold
        if critical_threshold is not UNSET:
            field_dict["critical_threshold"] = critical_threshold
        if comparison_baseline is not UNSET:
            field_dict["comparison_baseline"] = comparison_baseline
        if notify_channels is not UNSET:
            field_dict["notify_channels"] = notify_channels
        if alert_rules is not UNSET:
            field_dict["alert_rules"] = alert_rules

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.catalog_alert_rule import CatalogAlertRule  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_target_value(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        target_value = _parse_target_value(d.pop("target_value", UNSET))

        def _parse_warning_threshold(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        warning_threshold = _parse_warning_threshold(d.pop("warning_threshold", UNSET))

        def _parse_critical_threshold(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        critical_threshold = _parse_critical_threshold(d.pop("critical_threshold", UNSET))

        def _parse_comparison_baseline(data: object) -> float | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | str | Unset, data)

        comparison_baseline = _parse_comparison_baseline(d.pop("comparison_baseline", UNSET))

        notify_channels = cast(list[str], d.pop("notify_channels", UNSET))

        _alert_rules = d.pop("alert_rules", UNSET)
        alert_rules: list[CatalogAlertRule] | Unset = UNSET
        if _alert_rules is not UNSET:
            alert_rules = []
            for alert_rules_item_data in _alert_rules:
                alert_rules_item = CatalogAlertRule.from_dict(alert_rules_item_data)

                alert_rules.append(alert_rules_item)

        catalog_targets = cls(
            target_value=target_value,
            warning_threshold=warning_threshold,
            critical_threshold=critical_threshold,
            comparison_baseline=comparison_baseline,
            notify_channels=notify_channels,
            alert_rules=alert_rules,
        )

        catalog_targets.additional_properties = d
        return catalog_targets

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
