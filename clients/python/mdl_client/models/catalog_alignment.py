from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="CatalogAlignment")


@_attrs_define
class CatalogAlignment:
    """How a metric serves the strategy.

    Attributes:
        strategic_pillar (None | str | Unset):
        primary_objective_ids (list[str] | Unset):
        related_okr_ids (list[str] | Unset):
        why_it_matters (None | str | Unset):
    """

    strategic_pillar: None | str | Unset = UNSET
    primary_objective_ids: list[str] | Unset = UNSET
    related_okr_ids: list[str] | Unset = UNSET
    why_it_matters: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        strategic_pillar: None | str | Unset
        if isinstance(self.strategic_pillar, Unset):
            strategic_pillar = UNSET
        else:
            strategic_pillar = self.strategic_pillar

        primary_objective_ids: list[str] | Unset = UNSET
        if not isinstance(self.primary_objective_ids, Unset):
            primary_objective_ids = self.primary_objective_ids

        related_okr_ids: list[str] | Unset = UNSET
        if not isinstance(self.related_okr_ids, Unset):
            related_okr_ids = self.related_okr_ids

        why_it_matters: None | str | Unset
        if isinstance(self.why_it_matters, Unset):
            why_it_matters = UNSET
        else:
            why_it_matters = self.why_it_matters

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if strategic_pillar is not UNSET:
            field_dict["strategic_pillar"] = strategic_pillar
        if primary_objective_ids is not UNSET:
            field_dict["primary_objective_ids"] = primary_objective_ids
        if related_okr_ids is not UNSET:
            field_dict["related_okr_ids"] = related_okr_ids
        if why_it_matters is not UNSET:
            field_dict["why_it_matters"] = why_it_matters

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_strategic_pillar(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        strategic_pillar = _parse_strategic_pillar(d.pop("strategic_pillar", UNSET))

        primary_objective_ids = cast(list[str], d.pop("primary_objective_ids", UNSET))

        related_okr_ids = cast(list[str], d.pop("related_okr_ids", UNSET))

        def _parse_why_it_matters(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        why_it_matters = _parse_why_it_matters(d.pop("why_it_matters", UNSET))

        catalog_alignment = cls(
            strategic_pillar=strategic_pillar,
            primary_objective_ids=primary_objective_ids,
            related_okr_ids=related_okr_ids,
            why_it_matters=why_it_matters,
        )

        catalog_alignment.additional_properties = d
        return catalog_alignment

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
