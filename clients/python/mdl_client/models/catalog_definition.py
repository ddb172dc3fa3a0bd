from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.catalog_definition_null_policy import (
    CatalogDefinitionNullPolicy,
    check_catalog_definition_null_policy,
)
from ..models.catalog_direction import CatalogDirection, check_catalog_direction
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.any_object import AnyObject
    from ..models.catalog_definition_measures import CatalogDefinitionMeasures
    from ..models.catalog_event_selection import CatalogEventSelection
    from ..models.catalog_window import CatalogWindow


T = TypeVar("T", bound="CatalogDefinition")


@_attrs_define
class CatalogDefinition:
    """What a metric is, arithmetically.

    Attributes:
        formula (None | str | Unset):
        formula_detail (None | str | Unset):
        measures (CatalogDefinitionMeasures | Unset):
        numerator (CatalogEventSelection | None | Unset):
        denominator (CatalogEventSelection | None | Unset):
        unit (None | str | Unset):
        expected_direction (CatalogDirection | None | Unset):
        window (CatalogWindow | None | Unset):
        null_policy (CatalogDefinitionNullPolicy | Unset):  Default: 'unknown'.
        example_calculation (AnyObject | Unset):
    """

    formula: None | str | Unset = UNSET
    formula_detail: None | str | Unset = UNSET
    measures: CatalogDefinitionMeasures | Unset = UNSET
    numerator: CatalogEventSelection | None | Unset = UNSET
    denominator: CatalogEventSelection | None | Unset = UNSET
    unit: None | str | Unset = UNSET
    expected_direction: CatalogDirection | None | Unset = UNSET
    window: CatalogWindow | None | Unset = UNSET
    null_policy: CatalogDefinitionNullPolicy | Unset = "unknown"
    example_calculation: AnyObject | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.catalog_event_selection import CatalogEventSelection  # noqa: PLC0415
        from ..models.catalog_window import CatalogWindow  # noqa: PLC0415

        formula: None | str | Unset
        if isinstance(self.formula, Unset):
            formula = UNSET
        else:
            formula = self.formula

        formula_detail: None | str | Unset
        if isinstance(self.formula_detail, Unset):
            formula_detail = UNSET
        else:
            formula_detail = self.formula_detail

        measures: dict[str, Any] | Unset = UNSET
        if not isinstance(self.measures, Unset):
            measures = self.measures.to_dict()

        numerator: dict[str, Any] | None | Unset
        if isinstance(self.numerator, Unset):
            numerator = UNSET
        elif isinstance(self.numerator, CatalogEventSelection):
            numerator = self.numerator.to_dict()
        else:
            numerator = self.numerator

        denominator: dict[str, Any] | None | Unset
        if isinstance(self.denominator, Unset):
            denominator = UNSET
        elif isinstance(self.denominator, CatalogEventSelection):
            denominator = self.denominator.to_dict()
        else:
            denominator = self.denominator

        unit: None | str | Unset
        if isinstance(self.unit, Unset):
            unit = UNSET
        else:
            unit = self.unit

        expected_direction: None | str | Unset
        if isinstance(self.expected_direction, Unset):
            expected_direction = UNSET
        elif isinstance(self.expected_direction, str):
            expected_direction = self.expected_direction
        else:
            expected_direction = self.expected_direction

        window: dict[str, Any] | None | Unset
        if isinstance(self.window, Unset):
            window = UNSET
        elif isinstance(self.window, CatalogWindow):
            window = self.window.to_dict()
        else:
            window = self.window

        null_policy: str | Unset = UNSET
        if not isinstance(self.null_policy, Unset):
            null_policy = self.null_policy

        example_calculation: dict[str, Any] | Unset = UNSET
        if not isinstance(self.example_calculation, Unset):
            example_calculation = self.example_calculation.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if formula is not UNSET:
            field_dict["formula"] = formula
        if formula_detail is not UNSET:
            field_dict["formula_detail"] = formula_detail
        if measures is not UNSET:
            field_dict["measures"] = measures
        if numerator is not UNSET:
            field_dict["numerator"] = numerator
        if denominator is not UNSET:
            field_dict["denominator"] = denominator
        if unit is not UNSET:
            field_dict["unit"] = unit
        if expected_direction is not UNSET:
            field_dict["expected_direction"] = expected_direction
        if window is not UNSET:
            field_dict["window"] = window
        if null_policy is not UNSET:
            field_dict["null_policy"] = null_policy
        if example_calculation is not UNSET:
            field_dict["example_calculation"] = example_calculation

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.any_object import AnyObject  # noqa: PLC0415
        from ..models.catalog_definition_measures import CatalogDefinitionMeasures  # noqa: PLC0415
        from ..models.catalog_event_selection import CatalogEventSelection  # noqa: PLC0415
        from ..models.catalog_window import CatalogWindow  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_formula(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        formula = _parse_formula(d.pop("formula", UNSET))

        def _parse_formula_detail(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        formula_detail = _parse_formula_detail(d.pop("formula_detail", UNSET))

        _measures = d.pop("measures", UNSET)
        measures: CatalogDefinitionMeasures | Unset
        if isinstance(_measures, Unset):
            measures = UNSET
        else:
            measures = CatalogDefinitionMeasures.from_dict(_measures)

        def _parse_numerator(data: object) -> CatalogEventSelection | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                numerator_type_0 = CatalogEventSelection.from_dict(data)

                return numerator_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CatalogEventSelection | None | Unset, data)

        numerator = _parse_numerator(d.pop("numerator", UNSET))

        def _parse_denominator(data: object) -> CatalogEventSelection | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                denominator_type_0 = CatalogEventSelection.from_dict(data)

                return denominator_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CatalogEventSelection | None | Unset, data)

        denominator = _parse_denominator(d.pop("denominator", UNSET))

        def _parse_unit(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        unit = _parse_unit(d.pop("unit", UNSET))

        def _parse_expected_direction(data: object) -> CatalogDirection | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expected_direction_type_0 = check_catalog_direction(data)

                return expected_direction_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CatalogDirection | None | Unset, data)

        expected_direction = _parse_expected_direction(d.pop("expected_direction", UNSET))

        def _parse_window(data: object) -> CatalogWindow | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                window_type_0 = CatalogWindow.from_dict(data)

                return window_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CatalogWindow | None | Unset, data)

        window = _parse_window(d.pop("window", UNSET))

        _null_policy = d.pop("null_policy", UNSET)
        null_policy: CatalogDefinitionNullPolicy | Unset
        if isinstance(_null_policy, Unset):
            null_policy = UNSET
        else:
            null_policy = check_catalog_definition_null_policy(_null_policy)

        _example_calculation = d.pop("example_calculation", UNSET)
        example_calculation: AnyObject | Unset
        if isinstance(_example_calculation, Unset):
            example_calculation = UNSET
        else:
            example_calculation = AnyObject.from_dict(_example_calculation)

        catalog_definition = cls(
            formula=formula,
            formula_detail=formula_detail,
            measures=measures,
            numerator=numerator,
            denominator=denominator,
            unit=unit,
            expected_direction=expected_direction,
            window=window,
            null_policy=null_policy,
            example_calculation=example_calculation,
        )

        catalog_definition.additional_properties = d
        return catalog_definition

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
