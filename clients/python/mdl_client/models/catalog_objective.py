from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.catalog_objective_status import (
    CatalogObjectiveStatus,
    check_catalog_objective_status,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.any_object import AnyObject
    from ..models.catalog_key_result import CatalogKeyResult
    from ..models.catalog_okr_alert_rule import CatalogOkrAlertRule
    from ..models.catalog_timeframe import CatalogTimeframe


T = TypeVar("T", bound="CatalogObjective")


@_attrs_define
class CatalogObjective:
    """What a team wants, with the key results that show it.

    Attributes:
        objective_id (str):
        name (str):
        metadata (AnyObject | Unset):
        description (None | str | Unset):
        timeframe (CatalogTimeframe | Unset): First and last day, both included.
        owner_team (None | str | Unset):
        status (CatalogObjectiveStatus | Unset):  Default: 'active'.
        priority (int | None | str | Unset):
        strategic_pillar (None | str | Unset):
        business_domain (None | str | Unset):
        metric_ids (list[str] | Unset):
        key_results (list[CatalogKeyResult] | Unset):
        notify_channels (list[str] | Unset):
        alert_rules (list[CatalogOkrAlertRule] | Unset):
    """

    objective_id: str
    name: str
    metadata: AnyObject | Unset = UNSET
    description: None | str | Unset = UNSET
    timeframe: CatalogTimeframe | Unset = UNSET
    owner_team: None | str | Unset = UNSET
    status: CatalogObjectiveStatus | Unset = "active"
    priority: int | None | str | Unset = UNSET
    strategic_pillar: None | str | Unset = UNSET
    business_domain: None | str | Unset = UNSET
    metric_ids: list[str] | Unset = UNSET
    key_results: list[CatalogKeyResult] | Unset = UNSET
    notify_channels: list[str] | Unset = UNSET
    alert_rules: list[CatalogOkrAlertRule] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        objective_id = self.objective_id

        name = self.name

        metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.metadata, Unset):
            metadata = self.metadata.to_dict()

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        timeframe: dict[str, Any] | Unset = UNSET
        if not isinstance(self.timeframe, Unset):
            timeframe = self.timeframe.to_dict()

        owner_team: None | str | Unset
        if isinstance(self.owner_team, Unset):
            owner_team = UNSET
        else:
            owner_team = self.owner_team

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status

        priority: int | None | str | Unset
        if isinstance(self.priority, Unset):
            priority = UNSET
        else:
            priority = self.priority

        strategic_pillar: None | str | Unset
        if isinstance(self.strategic_pillar, Unset):
            strategic_pillar = UNSET
        else:
            strategic_pillar = self.strategic_pillar

        business_domain: None | str | Unset
        if isinstance(self.business_domain, Unset):
            business_domain = UNSET
        else:
            business_domain = self.business_domain

        metric_ids: list[str] | Unset = UNSET
        if not isinstance(self.metric_ids, Unset):
            metric_ids = self.metric_ids

        key_results: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.key_results, Unset):
            key_results = []
            for key_results_item_data in self.key_results:
                key_results_item = key_results_item_data.to_dict()
                key_results.append(key_results_item)

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
        field_dict.update(
            {
                "objective_id": objective_id,
                "name": name,
            }
        )
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if description is not UNSET:
            field_dict["description"] = description
        if timeframe is not UNSET:
            field_dict["timeframe"] = timeframe
        if owner_team is not UNSET:
            field_dict["owner_team"] = owner_team
        if status is not UNSET:
            field_dict["status"] = status
        if priority is not UNSET:
            field_dict["priority"] = priority
        if strategic_pillar is not UNSET:
            field_dict["strategic_pillar"] = strategic_pillar
        if business_domain is not UNSET:
            field_dict["business_domain"] = business_domain
        if metric_ids is not UNSET:
            field_dict["metric_ids"] = metric_ids
        if key_results is not UNSET:
            field_dict["key_results"] = key_results
        if notify_channels is not UNSET:
            field_dict["notify_channels"] = notify_channels
        if alert_rules is not UNSET:
            field_dict["alert_rules"] = alert_rules

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.any_object import AnyObject  # noqa: PLC0415
        from ..models.catalog_key_result import CatalogKeyResult  # noqa: PLC0415
        from ..models.catalog_okr_alert_rule import CatalogOkrAlertRule  # noqa: PLC0415
        from ..models.catalog_timeframe import CatalogTimeframe  # noqa: PLC0415

        d = dict(src_dict)
        objective_id = d.pop("objective_id")

        name = d.pop("name")

        _metadata = d.pop("metadata", UNSET)
        metadata: AnyObject | Unset
        if isinstance(_metadata, Unset):
            metadata = UNSET
        else:
            metadata = AnyObject.from_dict(_metadata)

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        _timeframe = d.pop("timeframe", UNSET)
        timeframe: CatalogTimeframe | Unset
        if isinstance(_timeframe, Unset):
            timeframe = UNSET
        else:
            timeframe = CatalogTimeframe.from_dict(_timeframe)

        def _parse_owner_team(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        owner_team = _parse_owner_team(d.pop("owner_team", UNSET))

        _status = d.pop("status", UNSET)
        status: CatalogObjectiveStatus | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = check_catalog_objective_status(_status)

        def _parse_priority(data: object) -> int | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | str | Unset, data)

        priority = _parse_priority(d.pop("priority", UNSET))

        def _parse_strategic_pillar(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        strategic_pillar = _parse_strategic_pillar(d.pop("strategic_pillar", UNSET))

        def _parse_business_domain(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        business_domain = _parse_business_domain(d.pop("business_domain", UNSET))

        metric_ids = cast(list[str], d.pop("metric_ids", UNSET))

        _key_results = d.pop("key_results", UNSET)
        key_results: list[CatalogKeyResult] | Unset = UNSET
        if _key_results is not UNSET:
            key_results = []
            for key_results_item_data in _key_results:
                key_results_item = CatalogKeyResult.from_dict(key_results_item_data)

                key_results.append(key_results_item)

        notify_channels = cast(list[str], d.pop("notify_channels", UNSET))

        _alert_rules = d.pop("alert_rules", UNSET)
        alert_rules: list[CatalogOkrAlertRule] | Unset = UNSET
        if _alert_rules is not UNSET:
            alert_rules = []
            for alert_rules_item_data in _alert_rules:
                alert_rules_item = CatalogOkrAlertRule.from_dict(alert_rules_item_data)

                alert_rules.append(alert_rules_item)

        catalog_objective = cls(
            objective_id=objective_id,
            name=name,
            metadata=metadata,
            description=description,
            timeframe=timeframe,
            owner_team=owner_team,
            status=status,
            priority=priority,
            strategic_pillar=strategic_pillar,
            business_domain=business_domain,
            metric_ids=metric_ids,
            key_results=key_results,
            notify_channels=notify_channels,
            alert_rules=alert_rules,
        )

        catalog_objective.additional_properties = d
        return catalog_objective

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
