from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.change import Change
    from ..models.import_note import ImportNote


T = TypeVar("T", bound="Imported")


@_attrs_define
class Imported:
    """
    Attributes:
        data (list[Change]):
        warnings (list[ImportNote]):
        catalog_version (int):
        is_dry_run (bool):
    """

    data: list[Change]
    warnings: list[ImportNote]
    catalog_version: int
    is_dry_run: bool

    def to_dict(self) -> dict[str, Any]:
        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        warnings = []
        for warnings_item_data in self.warnings:
            warnings_item = warnings_item_data.to_dict()
            warnings.append(warnings_item)

        catalog_version = self.catalog_version

        is_dry_run = self.is_dry_run

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "data": data,
                "warnings": warnings,
                "catalog_version": catalog_version,
                "is_dry_run": is_dry_run,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.change import Change  # noqa: PLC0415
        from ..models.import_note import ImportNote  # noqa: PLC0415

        d = dict(src_dict)
        data = []
        _data = d.pop("data")
        for data_item_data in _data:
            data_item = Change.from_dict(data_item_data)

            data.append(data_item)

        warnings = []
        _warnings = d.pop("warnings")
        for warnings_item_data in _warnings:
            warnings_item = ImportNote.from_dict(warnings_item_data)

            warnings.append(warnings_item)

        catalog_version = d.pop("catalog_version")

        is_dry_run = d.pop("is_dry_run")

        imported = cls(
            data=data,
            warnings=warnings,
            catalog_version=catalog_version,
            is_dry_run=is_dry_run,
        )

        return imported
