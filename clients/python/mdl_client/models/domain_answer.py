from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.domain_document import DomainDocument


T = TypeVar("T", bound="DomainAnswer")


@_attrs_define
class DomainAnswer:
    """
    Attributes:
        data (DomainDocument):
    """

    data: DomainDocument

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
        from ..models.domain_document import DomainDocument  # noqa: PLC0415

        d = dict(src_dict)
        data = DomainDocument.from_dict(d.pop("data"))

        domain_answer = cls(
            data=data,
        )

        return domain_answer
