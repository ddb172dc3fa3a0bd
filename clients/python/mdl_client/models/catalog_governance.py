from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.any_object import AnyObject


T = TypeVar("T", bound="CatalogGovernance")


@_attrs_define
class CatalogGovernance:
    """Who answers for a metric and under which rules.

    Attributes:
        data_classification (None | str | Unset):
        pii_involved (bool | None | Unset):
        regulatory_constraints (list[AnyObject | str] | Unset):
        owner_team (None | str | Unset):
        technical_owner (None | str | Unset):
        business_owner (None | str | Unset):
        version (None | str | Unset):
        status (None | str | Unset):
        created_at (None | str | Unset):
        updated_at (None | str | Unset):
    """

    data_classification: None | str | Unset = UNSET
    pii_involved: bool | None | Unset = UNSET
    regulatory_constraints: list[AnyObject | str] | Unset = UNSET
    owner_team: None | str | Unset = UNSET
    technical_owner: None | str | Unset = UNSET
    business_owner: None | str | Unset = UNSET
    version: None | str | Unset = UNSET
    status: None | str | Unset = UNSET
    created_at: None | str | Unset = UNSET
    updated_at: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.any_object import AnyObject  # noqa: PLC0415

        data_classification: None | str | Unset
        if isinstance(self.data_classification, Unset):
            data_classification = UNSET
        else:
            data_classification = self.data_classification

        pii_involved: bool | None | Unset
        if isinstance(self.pii_involved, Unset):
            pii_involved = UNSET
        else:
            pii_involved = self.pii_involved

        regulatory_constraints: list[dict[str, Any] | str] | Unset = UNSET
        if not isinstance(self.regulatory_constraints, Unset):
            regulatory_constraints = []
            for regulatory_constraints_item_data in self.regulatory_constraints:
                regulatory_constraints_item: dict[str, Any] | str
                if isinstance(regulatory_constraints_item_data, AnyObject):
                    regulatory_constraints_item = regulatory_constraints_item_data.to_dict()
                else:
                    regulatory_constraints_item = regulatory_constraints_item_data
                regulatory_constraints.append(regulatory_constraints_item)

        owner_team: None | str | Unset
        if isinstance(self.owner_team, Unset):
            owner_team = UNSET
        else:
            owner_team = self.owner_team

        technical_owner: None | str | Unset
        if isinstance(self.technical_owner, Unset):
            technical_owner = UNSET
        else:
            technical_owner = self.technical_owner

        business_owner: None | str | Unset
        if isinstance(self.business_owner, Unset):
            business_owner = UNSET
        else:
            business_owner = self.business_owner

        version: None | str | Unset
        if isinstance(self.version, Unset):
            version = UNSET
        else:
            version = self.version

        status: None | str | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        else:
            status = self.status

        created_at: None | str | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        else:
            created_at = self.created_at

        updated_at: None | str | Unset
        if isinstance(self.updated_at, Unset):
            updated_at = UNSET
        else:
            updated_at = self.updated_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if data_classification is not UNSET:
            field_dict["data_classification"] = data_classification
        if pii_involved is not UNSET:
            field_dict["pii_involved"] = pii_involved
        if regulatory_constraints is not UNSET:
            field_dict["regulatory_constraints"] = regulatory_constraints
        if owner_team is not UNSET:
            field_dict["owner_team"] = owner_team
        if technical_owner is not UNSET:
            field_dict["technical_owner"] = technical_owner
        if business_owner is not UNSET:
            field_dict["business_owner"] = business_owner
        if version is not UNSET:
            field_dict["version"] = version
        if status is not UNSET:
            field_dict["status"] = status
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if updated_at is not UNSET:
            field_dict["updated_at"] = updated_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.any_object import AnyObject  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_data_classification(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        data_classification = _parse_data_classification(d.pop("data_classification", UNSET))

        def _parse_pii_involved(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        pii_involved = _parse_pii_involved(d.pop("pii_involved", UNSET))

        _regulatory_constraints = d.pop("regulatory_constraints", UNSET)
        regulatory_constraints: list[AnyObject | str] | Unset = UNSET
        if _regulatory_constraints is not UNSET:
            regulatory_constraints = []
            for regulatory_constraints_item_data in _regulatory_constraints:

                def _parse_regulatory_constraints_item(data: object) -> AnyObject | str:
                    try:
                        if not isinstance(data, dict):
                            raise TypeError()
                        regulatory_constraints_item_type_1 = AnyObject.from_dict(data)

                        return regulatory_constraints_item_type_1
                    except (TypeError, ValueError, AttributeError, KeyError):
                        pass
                    return cast(AnyObject | str, data)

                regulatory_constraints_item = _parse_regulatory_constraints_item(
                    regulatory_constraints_item_data
                )

                regulatory_constraints.append(regulatory_constraints_item)

        def _parse_owner_team(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        owner_team = _parse_owner_team(d.pop("owner_team", UNSET))

        def _parse_technical_owner(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        technical_owner = _parse_technical_owner(d.pop("technical_owner", UNSET))

        def _parse_business_owner(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        business_owner = _parse_business_owner(d.pop("business_owner", UNSET))

        def _parse_version(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        version = _parse_version(d.pop("version", UNSET))

        def _parse_status(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        status = _parse_status(d.pop("status", UNSET))

        def _parse_created_at(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        created_at = _parse_created_at(d.pop("created_at", UNSET))

        def _parse_updated_at(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        updated_at = _parse_updated_at(d.pop("updated_at", UNSET))

        catalog_governance = cls(
            data_classification=data_classification,
            pii_involved=pii_involved,
            regulatory_constraints=regulatory_constraints,
            owner_team=owner_team,
            technical_owner=technical_owner,
            business_owner=business_owner,
            version=version,
            status=status,
            created_at=created_at,
            updated_at=updated_at,
        )

        catalog_governance.additional_properties = d
        return catalog_governance

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
