from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.publication import Publication


T = TypeVar("T", bound="PublicationAnswer")


@_attrs_define
class PublicationAnswer:
    """
    Attributes:
        data (Publication):
    """

    data: Publication

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
        from ..models.publication import Publication  # noqa: PLC0415

        d = dict(src_dict)
        data = Publication.from_dict(d.pop("data"))

        publication_answer = cls(
            data=data,
        )

        return publication_answer
