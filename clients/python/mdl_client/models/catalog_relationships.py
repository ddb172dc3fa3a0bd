from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.any_object import AnyObject


T = TypeVar("T", bound="CatalogRelationships")


@_attrs_define
class CatalogRelationships:
    """Metrics above, below and in tension.

    Attributes:
        upstream_metric_ids (list[str] | Unset):
        downstream_metric_ids (list[str] | Unset):
        tradeoffs (list[AnyObject | str] | Unset):
    """

    upstream_metric_ids: list[str] | Unset = UNSET
    downstream_metric_ids: list[str] | Unset = UNSET
    tradeoffs: list[AnyObject | str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.any_object import AnyObject  # noqa: PLC0415

        upstream_metric_ids: list[str] | Unset = UNSET
        if not isinstance(self.upstream_metric_ids, Unset):
            upstream_metric_ids = self.upstream_metric_ids

        downstream_metric_ids: list[str] | Unset = UNSET
        if not isinstance(self.downstream_metric_ids, Unset):
            downstream_metric_ids = self.downstream_metric_ids

        tradeoffs: list[dict[str, Any] | str] | Unset = UNSET
        if not isinstance(self.tradeoffs, Unset):
            tradeoffs = []
            for tradeoffs_item_data in self.tradeoffs:
                tradeoffs_item: dict[str, Any] | str
                if isinstance(tradeoffs_item_data, AnyObject):
                    tradeoffs_item = tradeoffs_item_data.to_dict()
                else:
                    tradeoffs_item = tradeoffs_item_data
                tradeoffs.append(tradeoffs_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if upstream_metric_ids is not UNSET:
            field_dict["upstream_metric_ids"] = upstream_metric_ids
        if downstream_metric_ids is not UNSET:
            field_dict["downstream_metric_ids"] = downstream_metric_ids
        if tradeoffs is not UNSET:
            field_dict["tradeoffs"] = tradeoffs

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.any_object import AnyObject  # noqa: PLC0415

        d = dict(src_dict)
        upstream_metric_ids = cast(list[str], d.pop("upstream_metric_ids", UNSET))

        downstream_metric_ids = cast(list[str], d.pop("downstream_metric_ids", UNSET))

        _tradeoffs = d.pop("tradeoffs", UNSET)
        tradeoffs: list[AnyObject | str] | Unset = UNSET
        if _tradeoffs is not UNSET:
            tradeoffs = []
            for tradeoffs_item_data in _tradeoffs:

                def _parse_tradeoffs_item(data: object) -> AnyObject | str:
                    try:
                        if not isinstance(data, dict):
                            raise TypeError()
                        tradeoffs_item_type_1 = AnyObject.from_dict(data)

                        return tradeoffs_item_type_1
                    except (TypeError, ValueError, AttributeError, KeyError):
                        pass
                    return cast(AnyObject | str, data)

                tradeoffs_item = _parse_tradeoffs_item(tradeoffs_item_data)

                tradeoffs.append(tradeoffs_item)

        catalog_relationships = cls(
            upstream_metric_ids=upstream_metric_ids,
            downstream_metric_ids=downstream_metric_ids,
            tradeoffs=tradeoffs,
        )

        catalog_relationships.additional_properties = d
        return catalog_relationships

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
