from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.catalog_direction import CatalogDirection, check_catalog_direction
from ..models.catalog_key_result_bound_type_0 import (
    CatalogKeyResultBoundType0,
    check_catalog_key_result_bound_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="CatalogKeyResult")


@_attrs_define
class CatalogKeyResult:
    """A measurable outcome of an objective.

    Attributes:
        kr_id (str):
        name (str):
        description (None | str | Unset):
        baseline_value (float | None | Unset):
        target_value (float | None | Unset):
        current_value (float | None | Unset):
        unit (None | str | Unset):
        direction (CatalogDirection | None | Unset):
        bound (CatalogKeyResultBoundType0 | None | Unset):
        metric_ids (list[str] | Unset):
        weight (float | Unset):  Default: 1.0.
        status (None | str | Unset):
        progress_percentage (float | None | Unset):
    """

    kr_id: str
    name: str
    description: None | str | Unset = UNSET
    baseline_value: float | None | Unset = UNSET
    target_value: float | None | Unset = UNSET
    current_value: float | None | Unset = UNSET
    unit: None | str | Unset = UNSET
    direction: CatalogDirection | None | Unset = UNSET
    bound: CatalogKeyResultBoundType0 | None | Unset = UNSET
    metric_ids: list[str] | Unset = UNSET
    weight: float | Unset = 1.0
    status: None | str | Unset = UNSET
    progress_percentage: float | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kr_id = self.kr_id

        name = self.name

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        baseline_value: float | None | Unset
        if isinstance(self.baseline_value, Unset):
            baseline_value = UNSET
        else:
            baseline_value = self.baseline_value

        target_value: float | None | Unset
        if isinstance(self.target_value, Unset):
            target_value = UNSET
        else:
            target_value = self.target_value

        current_value: float | None | Unset
        if isinstance(self.current_value, Unset):
            current_value = UNSET
        else:
            current_value = self.current_value

        unit: None | str | Unset
        if isinstance(self.unit, Unset):
            unit = UNSET
        else:
            unit = self.unit

        direction: None | str | Unset
        if isinstance(self.direction, Unset):
            direction = UNSET
        elif isinstance(self.direction, str):
            direction = self.direction
        else:
            direction = self.direction

        bound: None | str | Unset
        if isinstance(self.bound, Unset):
            bound = UNSET
        elif isinstance(self.bound, str):
            bound = self.bound
        else:
            bound = self.bound

        metric_ids: list[str] | Unset = UNSET
        if not isinstance(self.metric_ids, Unset):
            metric_ids = self.metric_ids

        weight = self.weight

        status: None | str | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        else:
            status = self.status

        progress_percentage: float | None | Unset
        if isinstance(self.progress_percentage, Unset):
            progress_percentage = UNSET
        else:
            progress_percentage = self.progress_percentage

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kr_id": kr_id,
                "name": name,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description
        if baseline_value is not UNSET:
            field_dict["baseline_value"] = baseline_value
        if target_value is not UNSET:
            field_dict["target_value"] = target_value
        if current_value is not UNSET:
            field_dict["current_value"] = current_value
        if unit is not UNSET:
            field_dict["unit"] = unit
        if direction is not UNSET:
            field_dict["direction"] = direction
        if bound is not UNSET:
            field_dict["bound"] = bound
        if metric_ids is not UNSET:
            field_dict["metric_ids"] = metric_ids
        if weight is not UNSET:
            field_dict["weight"] = weight
        if status is not UNSET:
            field_dict["status"] = status
        if progress_percentage is not UNSET:
            field_dict["progress_percentage"] = progress_percentage

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kr_id = d.pop("kr_id")

        name = d.pop("name")

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        def _parse_baseline_value(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        baseline_value = _parse_baseline_value(d.pop("baseline_value", UNSET))

        def _parse_target_value(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        target_value = _parse_target_value(d.pop("target_value", UNSET))

        def _parse_current_value(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        current_value = _parse_current_value(d.pop("current_value", UNSET))

        def _parse_unit(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        unit = _parse_unit(d.pop("unit", UNSET))

        def _parse_direction(data: object) -> CatalogDirection | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                direction_type_0 = check_catalog_direction(data)

                return direction_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CatalogDirection | None | Unset, data)

        direction = _parse_direction(d.pop("direction", UNSET))

        def _parse_bound(data: object) -> CatalogKeyResultBoundType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                bound_type_0 = check_catalog_key_result_bound_type_0(data)

                return bound_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CatalogKeyResultBoundType0 | None | Unset, data)

        bound = _parse_bound(d.pop("bound", UNSET))

        metric_ids = cast(list[str], d.pop("metric_ids", UNSET))

        weight = d.pop("weight", UNSET)

        def _parse_status(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        status = _parse_status(d.pop("status", UNSET))

        def _parse_progress_percentage(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        progress_percentage = _parse_progress_percentage(d.pop("progress_percentage", UNSET))

        catalog_key_result = cls(
            kr_id=kr_id,
            name=name,
            description=description,
            baseline_value=baseline_value,
            target_value=target_value,
            current_value=current_value,
            unit=unit,
            direction=direction,
            bound=bound,
            metric_ids=metric_ids,
            weight=weight,
            status=status,
            progress_percentage=progress_percentage,
        )

        catalog_key_result.additional_properties = d
        return catalog_key_result

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
