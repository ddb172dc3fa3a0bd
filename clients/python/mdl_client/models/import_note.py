from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="ImportNote")


@_attrs_define
class ImportNote:
    """
    Attributes:
        field (str): dotted path
        message (str):
        kind (str):
        id (str):
    """

    field: str
    message: str
    kind: str
    id: str

    def to_dict(self) -> dict[str, Any]:
        field = self.field

        message = self.message

        kind = self.kind

        id = self.id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "field": field,
                "message": message,
                "kind": kind,
                "id": id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        field = d.pop("field")

        message = d.pop("message")

        kind = d.pop("kind")

        id = d.pop("id")

        import_note = cls(
            field=field,
            message=message,
            kind=kind,
            id=id,
        )

        return import_note
