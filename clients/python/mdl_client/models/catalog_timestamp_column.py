from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.catalog_timestamp_column_ambiguous import (
    CatalogTimestampColumnAmbiguous,
    check_catalog_timestamp_column_ambiguous,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="CatalogTimestampColumn")


@_attrs_define
class CatalogTimestampColumn:
    """Where and how a source writes the time of an event.

    Attributes:
        column (str):
        timezone (str | Unset):  Default: 'UTC'.
        format_ (None | str | Unset):
        ambiguous (CatalogTimestampColumnAmbiguous | Unset):  Default: 'earlier'.
    """

    column: str
    timezone: str | Unset = "UTC"
    format_: None | str | Unset = UNSET
    ambiguous: CatalogTimestampColumnAmbiguous | Unset = "earlier"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        column = self.column

        timezone = self.timezone

        format_: None | str | Unset
        if isinstance(self.format_, Unset):
            format_ = UNSET
        else:
            format_ = self.format_

        ambiguous: str | Unset = UNSET
        if not isinstance(self.ambiguous, Unset):
            ambiguous = self.ambiguous

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "column": column,
            }
        )
        if timezone is not UNSET:
            field_dict["timezone"] = timezone
        if format_ is not UNSET:
            field_dict["format"] = format_
        if ambiguous is not UNSET:
            field_dict["ambiguous"] = ambiguous

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        column = d.pop("column")

        timezone = d.pop("timezone", UNSET)

        def _parse_format_(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        format_ = _parse_format_(d.pop("format", UNSET))

        _ambiguous = d.pop("ambiguous", UNSET)
        ambiguous: CatalogTimestampColumnAmbiguous | Unset
        if isinstance(_ambiguous, Unset):
            ambiguous = UNSET
        else:
            ambiguous = check_catalog_timestamp_column_ambiguous(_ambiguous)

        catalog_timestamp_column = cls(
            column=column,
            timezone=timezone,
            format_=format_,
            ambiguous=ambiguous,
        )

        catalog_timestamp_column.additional_properties = d
        return catalog_timestamp_column

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
