from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.any_object import AnyObject


T = TypeVar("T", bound="CatalogDomain")


@_attrs_define
class CatalogDomain:
    """A part of the business that owns objectives and metrics.

    Attributes:
        domain_id (str):
        name (str):
        metadata (AnyObject | Unset):
        description (None | str | Unset):
        owner_team (None | str | Unset):
        contact_email (None | str | Unset):
        stakeholders (list[AnyObject | str] | Unset):
        tier_focus (list[int | str] | Unset):
        key_areas (list[AnyObject | str] | Unset):
        objectives (list[str] | Unset):
        key_metrics (list[str] | Unset):
        color (None | str | Unset):
    """

    domain_id: str
    name: str
    metadata: AnyObject | Unset = UNSET
    description: None | str | Unset = UNSET
    owner_team: None | str | Unset = UNSET
    contact_email: None | str | Unset = UNSET
    stakeholders: list[AnyObject | str] | Unset = UNSET
    tier_focus: list[int | str] | Unset = UNSET
    key_areas: list[AnyObject | str] | Unset = UNSET
    objectives: list[str] | Unset = UNSET
    key_metrics: list[str] | Unset = UNSET
    color: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.any_object import AnyObject  # noqa: PLC0415

        domain_id = self.domain_id

        name = self.name

        metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.metadata, Unset):
            metadata = self.metadata.to_dict()

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        owner_team: None | str | Unset
        if isinstance(self.owner_team, Unset):
            owner_team = UNSET
        else:
            owner_team = self.owner_team

        contact_email: None | str | Unset
        if isinstance(self.contact_email, Unset):
            contact_email = UNSET
        else:
            contact_email = self.contact_email

        stakeholders: list[dict[str, Any] | str] | Unset = UNSET
        if not isinstance(self.stakeholders, Unset):
            stakeholders = []
            for stakeholders_item_data in self.stakeholders:
                stakeholders_item: dict[str, Any] | str
                if isinstance(stakeholders_item_data, AnyObject):
                    stakeholders_item = stakeholders_item_data.to_dict()
                else:
                    stakeholders_item = stakeholders_item_data
                stakeholders.append(stakeholders_item)

        tier_focus: list[int | str] | Unset = UNSET
        if not isinstance(self.tier_focus, Unset):
            tier_focus = []
            for tier_focus_item_data in self.tier_focus:
                tier_focus_item: int | str
                tier_focus_item = tier_focus_item_data
                tier_focus.append(tier_focus_item)

        key_areas: list[dict[str, Any] | str] | Unset = UNSET
        if not isinstance(self.key_areas, Unset):
            key_areas = []
            for key_areas_item_data in self.key_areas:
                key_areas_item: dict[str, Any] | str
                if isinstance(key_areas_item_data, AnyObject):
                    key_areas_item = key_areas_item_data.to_dict()
                else:
                    key_areas_item = key_areas_item_data
                key_areas.append(key_areas_item)

        objectives: list[str] | Unset = UNSET
        if not isinstance(self.objectives, Unset):
            objectives = self.objectives

        key_metrics: list[str] | Unset = UNSET
        if not isinstance(self.key_metrics, Unset):
            key_metrics = self.key_metrics

        color: None | str | Unset
        if isinstance(self.color, Unset):
            color = UNSET
        else:
            color = self.color

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "domain_id": domain_id,
                "name": name,
            }
        )
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if description is not UNSET:
            field_dict["description"] = description
        if owner_team is not UNSET:
            field_dict["owner_team"] = owner_team
        if contact_email is not UNSET:
            field_dict["contact_email"] = contact_email
        if stakeholders is not UNSET:
            field_dict["stakeholders"] = stakeholders
        if tier_focus is not UNSET:
            field_dict["tier_focus"] = tier_focus
        if key_areas is not UNSET:
            field_dict["key_areas"] = key_areas
        if objectives is not UNSET:
            field_dict["objectives"] = objectives
        if key_metrics is not UNSET:
            field_dict["key_metrics"] = key_metrics
        if color is not UNSET:
            field_dict["color"] = color

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.any_object import AnyObject  # noqa: PLC0415

        d = dict(src_dict)
        domain_id = d.pop("domain_id")

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

        def _parse_owner_team(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        owner_team = _parse_owner_team(d.pop("owner_team", UNSET))

        def _parse_contact_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        contact_email = _parse_contact_email(d.pop("contact_email", UNSET))

        _stakeholders = d.pop("stakeholders", UNSET)
        stakeholders: list[AnyObject | str] | Unset = UNSET
        if _stakeholders is not UNSET:
            stakeholders = []
            for stakeholders_item_data in _stakeholders:

                def _parse_stakeholders_item(data: object) -> AnyObject | str:
                    try:
                        if not isinstance(data, dict):
                            raise TypeError()
                        stakeholders_item_type_1 = AnyObject.from_dict(data)

                        return stakeholders_item_type_1
                    except (TypeError, ValueError, AttributeError, KeyError):
                        pass
                    return cast(AnyObject | str, data)

                stakeholders_item = _parse_stakeholders_item(stakeholders_item_data)

                stakeholders.append(stakeholders_item)

        _tier_focus = d.pop("tier_focus", UNSET)
        tier_focus: list[int | str] | Unset = UNSET
        if _tier_focus is not UNSET:
            tier_focus = []
            for tier_focus_item_data in _tier_focus:

                def _parse_tier_focus_item(data: object) -> int | str:
                    return cast(int | str, data)

                tier_focus_item = _parse_tier_focus_item(tier_focus_item_data)

                tier_focus.append(tier_focus_item)

        _key_areas = d.pop("key_areas", UNSET)
        key_areas: list[AnyObject | str] | Unset = UNSET
        if _key_areas is not UNSET:
            key_areas = []
            for key_areas_item_data in _key_areas:

                def _parse_key_areas_item(data: object) -> AnyObject | str:
                    try:
                        if not isinstance(data, dict):
                            raise TypeError()
                        key_areas_item_type_1 = AnyObject.from_dict(data)

                        return key_areas_item_type_1
                    except (TypeError, ValueError, AttributeError, KeyError):
                        pass
                    return cast(AnyObject | str, data)

                key_areas_item = _parse_key_areas_item(key_areas_item_data)

                key_areas.append(key_areas_item)

        objectives = cast(list[str], d.pop("objectives", UNSET))

        key_metrics = cast(list[str], d.pop("key_metrics", UNSET))

        def _parse_color(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        color = _parse_color(d.pop("color", UNSET))

        catalog_domain = cls(
            domain_id=domain_id,
            name=name,
            metadata=metadata,
            description=description,
            owner_team=owner_team,
            contact_email=contact_email,
            stakeholders=stakeholders,
            tier_focus=tier_focus,
            key_areas=key_areas,
            objectives=objectives,
            key_metrics=key_metrics,
            color=color,
        )

        catalog_domain.additional_properties = d
        return catalog_domain

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
