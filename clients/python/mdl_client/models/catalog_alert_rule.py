from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.catalog_alert_rule_slices_item_type_1 import (
        CatalogAlertRuleSlicesItemType1,
    )


T = TypeVar("T", bound="CatalogAlertRule")


@_attrs_define
class CatalogAlertRule:
    """When an owner is told; what a condition may read is in docs/alerts.md.

    `critical_condition` raises the severity to critical while it holds. `slices` names what is judged: `total`, and
    `{by: carrier}` for every value of a dimension or breakdown. Durations are text such as `4 hours`. An incident ends
    after `recover_periods` in which the condition did not hold. `min_effect` is the least distance from the middle of
    the comparable periods, in the metric's unit, that `z_score` counts from. With `on_backfill` also old periods that a
    publication changed are judged, which otherwise nobody is told of. After `no_data_after` without any data a slice is
    gone, and its incident ends.

        Attributes:
            condition (str):
            rule_id (None | str | Unset):
            description (None | str | Unset):
            critical_condition (None | str | Unset):
            severity (str | Unset):  Default: 'warning'.
            notify_channels (list[str] | Unset):
            evaluation_window (None | str | Unset):
            evaluation_delay (None | str | Unset):
            for_periods (int | Unset):  Default: 1.
            recover_periods (int | Unset):  Default: 1.
            slices (list[CatalogAlertRuleSlicesItemType1 | str] | Unset):
            min_effect (float | None | Unset):
            renotify_every (None | str | Unset):
            no_data_after (None | str | Unset):
            on_backfill (bool | Unset):  Default: False.
    """

    condition: str
    rule_id: None | str | Unset = UNSET
    description: None | str | Unset = UNSET
    critical_condition: None | str | Unset = UNSET
    severity: str | Unset = "warning"
    notify_channels: list[str] | Unset = UNSET
    evaluation_window: None | str | Unset = UNSET
    evaluation_delay: None | str | Unset = UNSET
    for_periods: int | Unset = 1
    recover_periods: int | Unset = 1
    slices: list[CatalogAlertRuleSlicesItemType1 | str] | Unset = UNSET
    min_effect: float | None | Unset = UNSET
    renotify_every: None | str | Unset = UNSET
    no_data_after: None | str | Unset = UNSET
    on_backfill: bool | Unset = False
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.catalog_alert_rule_slices_item_type_1 import (
            CatalogAlertRuleSlicesItemType1,  # noqa: PLC0415
        )

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

        notify_channels: list[str] | Unset = UNSET
        if not isinstance(self.notify_channels, Unset):
            notify_channels = self.notify_channels

        evaluation_window: None | str | Unset
        if isinstance(self.evaluation_window, Unset):
            evaluation_window = UNSET
        else:
            evaluation_window = self.evaluation_window

        evaluation_delay: None | str | Unset
        if isinstance(self.evaluation_delay, Unset):
            evaluation_delay = UNSET
        else:
            evaluation_delay = self.evaluation_delay

        for_periods = self.for_periods

        recover_periods = self.recover_periods

        slices: list[dict[str, Any] | str] | Unset = UNSET
        if not isinstance(self.slices, Unset):
            slices = []
            for slices_item_data in self.slices:
                slices_item: dict[str, Any] | str
                if isinstance(slices_item_data, CatalogAlertRuleSlicesItemType1):
                    slices_item = slices_item_data.to_dict()
                else:
                    slices_item = slices_item_data
                slices.append(slices_item)

        min_effect: float | None | Unset
        if isinstance(self.min_effect, Unset):
            min_effect = UNSET
        else:
            min_effect = self.min_effect

        renotify_every: None | str | Unset
        if isinstance(self.renotify_every, Unset):
            renotify_every = UNSET
        else:
            renotify_every = self.renotify_every

        no_data_after: None | str | Unset
        if isinstance(self.no_data_after, Unset):
            no_data_after = UNSET
        else:
            no_data_after = self.no_data_after

        on_backfill = self.on_backfill

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
        if notify_channels is not UNSET:
            field_dict["notify_channels"] = notify_channels
        if evaluation_window is not UNSET:
            field_dict["evaluation_window"] = evaluation_window
        if evaluation_delay is not UNSET:
            field_dict["evaluation_delay"] = evaluation_delay
        if for_periods is not UNSET:
            field_dict["for_periods"] = for_periods
        if recover_periods is not UNSET:
            field_dict["recover_periods"] = recover_periods
        if slices is not UNSET:
            field_dict["slices"] = slices
        if min_effect is not UNSET:
            field_dict["min_effect"] = min_effect
        if renotify_every is not UNSET:
            field_dict["renotify_every"] = renotify_every
        if no_data_after is not UNSET:
            field_dict["no_data_after"] = no_data_after
        if on_backfill is not UNSET:
            field_dict["on_backfill"] = on_backfill

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.catalog_alert_rule_slices_item_type_1 import (
            CatalogAlertRuleSlicesItemType1,  # noqa: PLC0415
        )

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

        notify_channels = cast(list[str], d.pop("notify_channels", UNSET))

        def _parse_evaluation_window(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        evaluation_window = _parse_evaluation_window(d.pop("evaluation_window", UNSET))

        def _parse_evaluation_delay(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        evaluation_delay = _parse_evaluation_delay(d.pop("evaluation_delay", UNSET))

        for_periods = d.pop("for_periods", UNSET)

        recover_periods = d.pop("recover_periods", UNSET)

        _slices = d.pop("slices", UNSET)
        slices: list[CatalogAlertRuleSlicesItemType1 | str] | Unset = UNSET
        if _slices is not UNSET:
            slices = []
            for slices_item_data in _slices:

                def _parse_slices_item(data: object) -> CatalogAlertRuleSlicesItemType1 | str:
                    try:
                        if not isinstance(data, dict):
                            raise TypeError()
                        slices_item_type_1 = CatalogAlertRuleSlicesItemType1.from_dict(data)

                        return slices_item_type_1
                    except (TypeError, ValueError, AttributeError, KeyError):
                        pass
                    return cast(CatalogAlertRuleSlicesItemType1 | str, data)

                slices_item = _parse_slices_item(slices_item_data)

                slices.append(slices_item)

        def _parse_min_effect(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        min_effect = _parse_min_effect(d.pop("min_effect", UNSET))

        def _parse_renotify_every(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        renotify_every = _parse_renotify_every(d.pop("renotify_every", UNSET))

        def _parse_no_data_after(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        no_data_after = _parse_no_data_after(d.pop("no_data_after", UNSET))

        on_backfill = d.pop("on_backfill", UNSET)

        catalog_alert_rule = cls(
            condition=condition,
            rule_id=rule_id,
            description=description,
            critical_condition=critical_condition,
            severity=severity,
            notify_channels=notify_channels,
            evaluation_window=evaluation_window,
            evaluation_delay=evaluation_delay,
            for_periods=for_periods,
            recover_periods=recover_periods,
            slices=slices,
            min_effect=min_effect,
            renotify_every=renotify_every,
            no_data_after=no_data_after,
            on_backfill=on_backfill,
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
