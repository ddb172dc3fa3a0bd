from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.any_object import AnyObject
    from ..models.catalog_domain import CatalogDomain
    from ..models.catalog_metric import CatalogMetric
    from ..models.catalog_objective import CatalogObjective
    from ..models.catalog_source import CatalogSource


T = TypeVar("T", bound="CatalogFile")


@_attrs_define
class CatalogFile:
    """A catalog file: a header, and lists of documents.

    Attributes:
        catalog_version (None | str | Unset):
        catalog_name (None | str | Unset):
        last_updated (None | str | Unset):
        owner_team (None | str | Unset):
        contacts (AnyObject | list[AnyObject | str] | Unset):
        sources (list[CatalogSource] | Unset):
        domains (list[CatalogDomain] | Unset):
        objectives (list[CatalogObjective] | Unset):
        metrics (list[CatalogMetric] | Unset):
    """

    catalog_version: None | str | Unset = UNSET
    catalog_name: None | str | Unset = UNSET
    last_updated: None | str | Unset = UNSET
    owner_team: None | str | Unset = UNSET
    contacts: AnyObject | list[AnyObject | str] | Unset = UNSET
    sources: list[CatalogSource] | Unset = UNSET
    domains: list[CatalogDomain] | Unset = UNSET
    objectives: list[CatalogObjective] | Unset = UNSET
    metrics: list[CatalogMetric] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.any_object import AnyObject  # noqa: PLC0415

        catalog_version: None | str | Unset
        if isinstance(self.catalog_version, Unset):
            catalog_version = UNSET
        else:
            catalog_version = self.catalog_version

        catalog_name: None | str | Unset
        if isinstance(self.catalog_name, Unset):
            catalog_name = UNSET
        else:
            catalog_name = self.catalog_name

        last_updated: None | str | Unset
        if isinstance(self.last_updated, Unset):
            last_updated = UNSET
        else:
            last_updated = self.last_updated

        owner_team: None | str | Unset
        if isinstance(self.owner_team, Unset):
            owner_team = UNSET
        else:
            owner_team = self.owner_team

        contacts: dict[str, Any] | list[dict[str, Any] | str] | Unset
        if isinstance(self.contacts, Unset):
            contacts = UNSET
        elif isinstance(self.contacts, list):
            contacts = []
            for contacts_type_0_item_data in self.contacts:
                contacts_type_0_item: dict[str, Any] | str
                if isinstance(contacts_type_0_item_data, AnyObject):
                    contacts_type_0_item = contacts_type_0_item_data.to_dict()
                else:
                    contacts_type_0_item = contacts_type_0_item_data
                contacts.append(contacts_type_0_item)

        else:
            contacts = self.contacts.to_dict()

        sources: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.sources, Unset):
            sources = []
            for sources_item_data in self.sources:
                sources_item = sources_item_data.to_dict()
                sources.append(sources_item)

        domains: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.domains, Unset):
            domains = []
            for domains_item_data in self.domains:
                domains_item = domains_item_data.to_dict()
                domains.append(domains_item)

        objectives: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.objectives, Unset):
            objectives = []
            for objectives_item_data in self.objectives:
                objectives_item = objectives_item_data.to_dict()
                objectives.append(objectives_item)

        metrics: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.metrics, Unset):
            metrics = []
            for metrics_item_data in self.metrics:
                metrics_item = metrics_item_data.to_dict()
                metrics.append(metrics_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if catalog_version is not UNSET:
            field_dict["catalog_version"] = catalog_version
        if catalog_name is not UNSET:
            field_dict["catalog_name"] = catalog_name
        if last_updated is not UNSET:
            field_dict["last_updated"] = last_updated
        if owner_team is not UNSET:
            field_dict["owner_team"] = owner_team
        if contacts is not UNSET:
            field_dict["contacts"] = contacts
        if sources is not UNSET:
            field_dict["sources"] = sources
        if domains is not UNSET:
            field_dict["domains"] = domains
        if objectives is not UNSET:
            field_dict["objectives"] = objectives
        if metrics is not UNSET:
            field_dict["metrics"] = metrics

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.any_object import AnyObject  # noqa: PLC0415
        from ..models.catalog_domain import CatalogDomain  # noqa: PLC0415
        from ..models.catalog_metric import CatalogMetric  # noqa: PLC0415
        from ..models.catalog_objective import CatalogObjective  # noqa: PLC0415
        from ..models.catalog_source import CatalogSource  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_catalog_version(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        catalog_version = _parse_catalog_version(d.pop("catalog_version", UNSET))

        def _parse_catalog_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        catalog_name = _parse_catalog_name(d.pop("catalog_name", UNSET))

        def _parse_last_updated(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        last_updated = _parse_last_updated(d.pop("last_updated", UNSET))

        def _parse_owner_team(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        owner_team = _parse_owner_team(d.pop("owner_team", UNSET))

        def _parse_contacts(data: object) -> AnyObject | list[AnyObject | str] | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                contacts_type_0 = []
                _contacts_type_0 = data
                for contacts_type_0_item_data in _contacts_type_0:

                    def _parse_contacts_type_0_item(data: object) -> AnyObject | str:
                        try:
                            if not isinstance(data, dict):
                                raise TypeError()
                            contacts_type_0_item_type_1 = AnyObject.from_dict(data)

                            return contacts_type_0_item_type_1
                        except (TypeError, ValueError, AttributeError, KeyError):
                            pass
                        return cast(AnyObject | str, data)

                    contacts_type_0_item = _parse_contacts_type_0_item(contacts_type_0_item_data)

                    contacts_type_0.append(contacts_type_0_item)

                return contacts_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            contacts_type_1 = AnyObject.from_dict(data)

            return contacts_type_1

        contacts = _parse_contacts(d.pop("contacts", UNSET))

        _sources = d.pop("sources", UNSET)
        sources: list[CatalogSource] | Unset = UNSET
        if _sources is not UNSET:
            sources = []
            for sources_item_data in _sources:
                sources_item = CatalogSource.from_dict(sources_item_data)

                sources.append(sources_item)

        _domains = d.pop("domains", UNSET)
        domains: list[CatalogDomain] | Unset = UNSET
        if _domains is not UNSET:
            domains = []
            for domains_item_data in _domains:
                domains_item = CatalogDomain.from_dict(domains_item_data)

                domains.append(domains_item)

        _objectives = d.pop("objectives", UNSET)
        objectives: list[CatalogObjective] | Unset = UNSET
        if _objectives is not UNSET:
            objectives = []
            for objectives_item_data in _objectives:
                objectives_item = CatalogObjective.from_dict(objectives_item_data)

                objectives.append(objectives_item)

        _metrics = d.pop("metrics", UNSET)
        metrics: list[CatalogMetric] | Unset = UNSET
        if _metrics is not UNSET:
            metrics = []
            for metrics_item_data in _metrics:
                metrics_item = CatalogMetric.from_dict(metrics_item_data)

                metrics.append(metrics_item)

        catalog_file = cls(
            catalog_version=catalog_version,
            catalog_name=catalog_name,
            last_updated=last_updated,
            owner_team=owner_team,
            contacts=contacts,
            sources=sources,
            domains=domains,
            objectives=objectives,
            metrics=metrics,
        )

        catalog_file.additional_properties = d
        return catalog_file

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
