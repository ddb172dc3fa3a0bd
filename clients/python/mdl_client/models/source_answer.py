from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.source_document import SourceDocument


T = TypeVar("T", bound="SourceAnswer")


@_attrs_define
class SourceAnswer:
    """
    Attributes:
        data (SourceDocument):
    """

    data: SourceDocument

    def to_dict(self) -> dict[str, Any]:
        data = self.data.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "data": data,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.source_document import SourceDocument  # noqa: PLC0415

        d = dict(src_dict)
        data = SourceDocument.from_dict(d.pop("data"))

        source_answer = cls(
            data=data,
        )

        return source_answer
