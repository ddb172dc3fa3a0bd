from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.any_object import AnyObject
    from ..models.catalog_alignment import CatalogAlignment
    from ..models.catalog_data_facts import CatalogDataFacts
    from ..models.catalog_definition import CatalogDefinition
    from ..models.catalog_dimension import CatalogDimension
    from ..models.catalog_governance import CatalogGovernance
    from ..models.catalog_metric_test import CatalogMetricTest
    from ..models.catalog_operational_usage import CatalogOperationalUsage
    from ..models.catalog_relationships import CatalogRelationships
    from ..models.catalog_targets import CatalogTargets


T = TypeVar("T", bound="CatalogMetric")


@_attrs_define
class CatalogMetric:
    """One number, defined once.

    Attributes:
        metric_id (str):
        name (str):
        metadata (AnyObject | Unset):
        short_name (None | str | Unset):
        description (None | str | Unset):
        category (None | str | Unset):
        tier (int | None | str | Unset):
        business_domain (None | str | Unset):
        metric_type (None | str | Unset):
        tags (list[str] | Unset):
        alignment (CatalogAlignment | Unset): How a metric serves the strategy.
        definition (CatalogDefinition | Unset): What a metric is, arithmetically.
        data (CatalogDataFacts | Unset): Where a metric's data come from and how often.
        governance (CatalogGovernance | Unset): Who answers for a metric and under which rules.
        dimensions (list[CatalogDimension] | Unset):
        breakdowns (list[list[str]] | Unset):
        targets_and_alerts (CatalogTargets | Unset): Where a metric should stand, and when to worry.
        visualization (AnyObject | Unset):
        relationships (CatalogRelationships | Unset): Metrics above, below and in tension.
        operational_usage (CatalogOperationalUsage | Unset): What people do with a metric.
        tests (list[CatalogMetricTest] | Unset):
    """

    metric_id: str
    name: str
    metadata: AnyObject | Unset = UNSET
    short_name: None | str | Unset = UNSET
    description: None | str | Unset = UNSET
    category: None | str | Unset = UNSET
    tier: int | None | str | Unset = UNSET
    business_domain: None | str | Unset = UNSET
    metric_type: None | str | Unset = UNSET
    tags: list[str] | Unset = UNSET
    alignment: CatalogAlignment | Unset = UNSET
    definition: CatalogDefinition | Unset = UNSET
    data: CatalogDataFacts | Unset = UNSET
    governance: CatalogGovernance | Unset = UNSET
    dimensions: list[CatalogDimension] | Unset = UNSET
    breakdowns: list[list[str]] | Unset = UNSET
    targets_and_alerts: CatalogTargets | Unset = UNSET
    visualization: AnyObject | Unset = UNSET
    relationships: CatalogRelationships | Unset = UNSET
    operational_usage: CatalogOperationalUsage | Unset = UNSET
    tests: list[CatalogMetricTest] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        metric_id = self.metric_id

        name = self.name

        metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.metadata, Unset):
            metadata = self.metadata.to_dict()

        short_name: None | str | Unset
        if isinstance(self.short_name, Unset):
            short_name = UNSET
        else:
            short_name = self.short_name

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        category: None | str | Unset
        if isinstance(self.category, Unset):
            category = UNSET
        else:
            category = self.category

        tier: int | None | str | Unset
        if isinstance(self.tier, Unset):
            tier = UNSET
        else:
            tier = self.tier

        business_domain: None | str | Unset
        if isinstance(self.business_domain, Unset):
            business_domain = UNSET
        else:
            business_domain = self.business_domain

        metric_type: None | str | Unset
        if isinstance(self.metric_type, Unset):
            metric_type = UNSET
        else:
            metric_type = self.metric_type

        tags: list[str] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = self.tags

        alignment: dict[str, Any] | Unset = UNSET
        if not isinstance(self.alignment, Unset):
            alignment = self.alignment.to_dict()

        definition: dict[str, Any] | Unset = UNSET
        if not isinstance(self.definition, Unset):
            definition = self.definition.to_dict()

        data: dict[str, Any] | Unset = UNSET
        if not isinstance(self.data, Unset):
            data = self.data.to_dict()

        governance: dict[str, Any] | Unset = UNSET
        if not isinstance(self.governance, Unset):
            governance = self.governance.to_dict()

        dimensions: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.dimensions, Unset):
            dimensions = []
            for dimensions_item_data in self.dimensions:
                dimensions_item = dimensions_item_data.to_dict()
                dimensions.append(dimensions_item)

        breakdowns: list[list[str]] | Unset = UNSET
        if not isinstance(self.breakdowns, Unset):
            breakdowns = []
            for breakdowns_item_data in self.breakdowns:
                breakdowns_item = breakdowns_item_data

                breakdowns.append(breakdowns_item)

        targets_and_alerts: dict[str, Any] | Unset = UNSET
        if not isinstance(self.targets_and_alerts, Unset):
            targets_and_alerts = self.targets_and_alerts.to_dict()

        visualization: dict[str, Any] | Unset = UNSET
        if not isinstance(self.visualization, Unset):
            visualization = self.visualization.to_dict()

        relationships: dict[str, Any] | Unset = UNSET
        if not isinstance(self.relationships, Unset):
            relationships = self.relationships.to_dict()

        operational_usage: dict[str, Any] | Unset = UNSET
        if not isinstance(self.operational_usage, Unset):
            operational_usage = self.operational_usage.to_dict()

        tests: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.tests, Unset):
            tests = []
            for tests_item_data in self.tests:
                tests_item = tests_item_data.to_dict()
                tests.append(tests_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "metric_id": metric_id,
                "name": name,
            }
        )
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if short_name is not UNSET:
            field_dict["short_name"] = short_name
        if description is not UNSET:
            field_dict["description"] = description
        if category is not UNSET:
            field_dict["category"] = category
        if tier is not UNSET:
            field_dict["tier"] = tier
        if business_domain is not UNSET:
            field_dict["business_domain"] = business_domain
        if metric_type is not UNSET:
            field_dict["metric_type"] = metric_type
        if tags is not UNSET:
            field_dict["tags"] = tags
        if alignment is not UNSET:
            field_dict["alignment"] = alignment
        if definition is not UNSET:
            field_dict["definition"] = definition
        if data is not UNSET:
            field_dict["data"] = data
        if governance is not UNSET:
            field_dict["governance"] = governance
        if dimensions is not UNSET:
            field_dict["dimensions"] = dimensions
        if breakdowns is not UNSET:
            field_dict["breakdowns"] = breakdowns
        if targets_and_alerts is not UNSET:
            field_dict["targets_and_alerts"] = targets_and_alerts
        if visualization is not UNSET:
            field_dict["visualization"] = visualization
        if relationships is not UNSET:
            field_dict["relationships"] = relationships
        if operational_usage is not UNSET:
            field_dict["operational_usage"] = operational_usage
        if tests is not UNSET:
            field_dict["tests"] = tests

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.any_object import AnyObject  # noqa: PLC0415
        from ..models.catalog_alignment import CatalogAlignment  # noqa: PLC0415
        from ..models.catalog_data_facts import CatalogDataFacts  # noqa: PLC0415
        from ..models.catalog_definition import CatalogDefinition  # noqa: PLC0415
        from ..models.catalog_dimension import CatalogDimension  # noqa: PLC0415
        from ..models.catalog_governance import CatalogGovernance  # noqa: PLC0415
        from ..models.catalog_metric_test import CatalogMetricTest  # noqa: PLC0415
        from ..models.catalog_operational_usage import CatalogOperationalUsage  # noqa: PLC0415
        from ..models.catalog_relationships import CatalogRelationships  # noqa: PLC0415
        from ..models.catalog_targets import CatalogTargets  # noqa: PLC0415

        d = dict(src_dict)
        metric_id = d.pop("metric_id")

        name = d.pop("name")

        _metadata = d.pop("metadata", UNSET)
        metadata: AnyObject | Unset
        if isinstance(_metadata, Unset):
            metadata = UNSET
        else:
            metadata = AnyObject.from_dict(_metadata)

        def _parse_short_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        short_name = _parse_short_name(d.pop("short_name", UNSET))

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        def _parse_category(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        category = _parse_category(d.pop("category", UNSET))

        def _parse_tier(data: object) -> int | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | str | Unset, data)

        tier = _parse_tier(d.pop("tier", UNSET))

        def _parse_business_domain(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        business_domain = _parse_business_domain(d.pop("business_domain", UNSET))

        def _parse_metric_type(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        metric_type = _parse_metric_type(d.pop("metric_type", UNSET))

        tags = cast(list[str], d.pop("tags", UNSET))

        _alignment = d.pop("alignment", UNSET)
        alignment: CatalogAlignment | Unset
        if isinstance(_alignment, Unset):
            alignment = UNSET
        else:
            alignment = CatalogAlignment.from_dict(_alignment)

        _definition = d.pop("definition", UNSET)
        definition: CatalogDefinition | Unset
        if isinstance(_definition, Unset):
            definition = UNSET
        else:
            definition = CatalogDefinition.from_dict(_definition)

        _data = d.pop("data", UNSET)
        data: CatalogDataFacts | Unset
        if isinstance(_data, Unset):
            data = UNSET
        else:
            data = CatalogDataFacts.from_dict(_data)

        _governance = d.pop("governance", UNSET)
        governance: CatalogGovernance | Unset
        if isinstance(_governance, Unset):
            governance = UNSET
        else:
            governance = CatalogGovernance.from_dict(_governance)

        _dimensions = d.pop("dimensions", UNSET)
        dimensions: list[CatalogDimension] | Unset = UNSET
        if _dimensions is not UNSET:
            dimensions = []
            for dimensions_item_data in _dimensions:
                dimensions_item = CatalogDimension.from_dict(dimensions_item_data)

                dimensions.append(dimensions_item)

        _breakdowns = d.pop("breakdowns", UNSET)
        breakdowns: list[list[str]] | Unset = UNSET
        if _breakdowns is not UNSET:
            breakdowns = []
            for breakdowns_item_data in _breakdowns:
                breakdowns_item = cast(list[str], breakdowns_item_data)

                breakdowns.append(breakdowns_item)

        _targets_and_alerts = d.pop("targets_and_alerts", UNSET)
        targets_and_alerts: CatalogTargets | Unset
        if isinstance(_targets_and_alerts, Unset):
            targets_and_alerts = UNSET
        else:
            targets_and_alerts = CatalogTargets.from_dict(_targets_and_alerts)

        _visualization = d.pop("visualization", UNSET)
        visualization: AnyObject | Unset
        if isinstance(_visualization, Unset):
            visualization = UNSET
        else:
            visualization = AnyObject.from_dict(_visualization)

        _relationships = d.pop("relationships", UNSET)
        relationships: CatalogRelationships | Unset
        if isinstance(_relationships, Unset):
            relationships = UNSET
        else:
            relationships = CatalogRelationships.from_dict(_relationships)

        _operational_usage = d.pop("operational_usage", UNSET)
        operational_usage: CatalogOperationalUsage | Unset
        if isinstance(_operational_usage, Unset):
            operational_usage = UNSET
        else:
            operational_usage = CatalogOperationalUsage.from_dict(_operational_usage)

        _tests = d.pop("tests", UNSET)
        tests: list[CatalogMetricTest] | Unset = UNSET
        if _tests is not UNSET:
            tests = []
            for tests_item_data in _tests:
                tests_item = CatalogMetricTest.from_dict(tests_item_data)

                tests.append(tests_item)

        catalog_metric = cls(
            metric_id=metric_id,
            name=name,
            metadata=metadata,
            short_name=short_name,
            description=description,
            category=category,
            tier=tier,
            business_domain=business_domain,
            metric_type=metric_type,
            tags=tags,
            alignment=alignment,
            definition=definition,
            data=data,
            governance=governance,
            dimensions=dimensions,
            breakdowns=breakdowns,
            targets_and_alerts=targets_and_alerts,
            visualization=visualization,
            relationships=relationships,
            operational_usage=operational_usage,
            tests=tests,
        )

        catalog_metric.additional_properties = d
        return catalog_metric

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
