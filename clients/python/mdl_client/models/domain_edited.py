from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.domain_document import DomainDocument
    from ..models.note import Note


T = TypeVar("T", bound="DomainEdited")


@_attrs_define
class DomainEdited:
    """
    Attributes:
        data (DomainDocument):
        warnings (list[Note]):
    """

    data: DomainDocument
    warnings: list[Note]

    def to_dict(self) -> dict[str, Any]:
        data = self.data.to_dict()

        warnings = []
        for warnings_item_data in self.warnings:
            warnings_item = warnings_item_data.to_dict()
            warnings.append(warnings_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "data": data,
                "warnings": warnings,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.domain_document import DomainDocument  # noqa: PLC0415
        from ..models.note import Note  # noqa: PLC0415

        d = dict(src_dict)
        data = DomainDocument.from_dict(d.pop("data"))

        warnings = []
        _warnings = d.pop("warnings")
        for warnings_item_data in _warnings:
            warnings_item = Note.from_dict(warnings_item_data)

            warnings.append(warnings_item)

        domain_edited = cls(
            data=data,
            warnings=warnings,
        )

        return domain_edited
