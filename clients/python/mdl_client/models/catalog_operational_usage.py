from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.any_object import AnyObject


T = TypeVar("T", bound="CatalogOperationalUsage")


@_attrs_define
class CatalogOperationalUsage:
    """What people do with a metric.

    Attributes:
        decision_use_cases (list[AnyObject | str] | Unset):
        review_cadence (None | str | Unset):
        linked_playbooks (list[AnyObject | str] | Unset):
    """

    decision_use_cases: list[AnyObject | str] | Unset = UNSET
    review_cadence: None | str | Unset = UNSET
    linked_playbooks: list[AnyObject | str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.any_object import AnyObject  # noqa: PLC0415

        decision_use_cases: list[dict[str, Any] | str] | Unset = UNSET
        if not isinstance(self.decision_use_cases, Unset):
            decision_use_cases = []
            for decision_use_cases_item_data in self.decision_use_cases:
                decision_use_cases_item: dict[str, Any] | str
                if isinstance(decision_use_cases_item_data, AnyObject):
                    decision_use_cases_item = decision_use_cases_item_data.to_dict()
                else:
                    decision_use_cases_item = decision_use_cases_item_data
                decision_use_cases.append(decision_use_cases_item)

        review_cadence: None | str | Unset
        if isinstance(self.review_cadence, Unset):
            review_cadence = UNSET
        else:
            review_cadence = self.review_cadence

        linked_playbooks: list[dict[str, Any] | str] | Unset = UNSET
        if not isinstance(self.linked_playbooks, Unset):
            linked_playbooks = []
            for linked_playbooks_item_data in self.linked_playbooks:
                linked_playbooks_item: dict[str, Any] | str
                if isinstance(linked_playbooks_item_data, AnyObject):
                    linked_playbooks_item = linked_playbooks_item_data.to_dict()
                else:
                    linked_playbooks_item = linked_playbooks_item_data
                linked_playbooks.append(linked_playbooks_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if decision_use_cases is not UNSET:
            field_dict["decision_use_cases"] = decision_use_cases
        if review_cadence is not UNSET:
            field_dict["review_cadence"] = review_cadence
        if linked_playbooks is not UNSET:
            field_dict["linked_playbooks"] = linked_playbooks

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.any_object import AnyObject  # noqa: PLC0415

        d = dict(src_dict)
        _decision_use_cases = d.pop("decision_use_cases", UNSET)
        decision_use_cases: list[AnyObject | str] | Unset = UNSET
        if _decision_use_cases is not UNSET:
            decision_use_cases = []
            for decision_use_cases_item_data in _decision_use_cases:

                def _parse_decision_use_cases_item(data: object) -> AnyObject | str:
                    try:
                        if not isinstance(data, dict):
                            raise TypeError()
                        decision_use_cases_item_type_1 = AnyObject.from_dict(data)

                        return decision_use_cases_item_type_1
                    except (TypeError, ValueError, AttributeError, KeyError):
                        pass
                    return cast(AnyObject | str, data)

                decision_use_cases_item = _parse_decision_use_cases_item(decision_use_cases_item_data)

                decision_use_cases.append(decision_use_cases_item)

        def _parse_review_cadence(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        review_cadence = _parse_review_cadence(d.pop("review_cadence", UNSET))

        _linked_playbooks = d.pop("linked_playbooks", UNSET)
        linked_playbooks: list[AnyObject | str] | Unset = UNSET
        if _linked_playbooks is not UNSET:
            linked_playbooks = []
            for linked_playbooks_item_data in _linked_playbooks:

                def _parse_linked_playbooks_item(data: object) -> AnyObject | str:
                    try:
                        if not isinstance(data, dict):
                            raise TypeError()
                        linked_playbooks_item_type_1 = AnyObject.from_dict(data)

                        return linked_playbooks_item_type_1
                    except (TypeError, ValueError, AttributeError, KeyError):
                        pass
                    return cast(AnyObject | str, data)

                linked_playbooks_item = _parse_linked_playbooks_item(linked_playbooks_item_data)

                linked_playbooks.append(linked_playbooks_item)

        catalog_operational_usage = cls(
            decision_use_cases=decision_use_cases,
            review_cadence=review_cadence,
            linked_playbooks=linked_playbooks,
        )

        catalog_operational_usage.additional_properties = d
        return catalog_operational_usage

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
