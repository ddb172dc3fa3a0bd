from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.objective_document import ObjectiveDocument


T = TypeVar("T", bound="ObjectiveAnswer")


@_attrs_define
class ObjectiveAnswer:
    """
    Attributes:
        data (ObjectiveDocument):
    """

    data: ObjectiveDocument

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
        from ..models.objective_document import ObjectiveDocument  # noqa: PLC0415

        d = dict(src_dict)
        data = ObjectiveDocument.from_dict(d.pop("data"))

        objective_answer = cls(
            data=data,
        )

        return objective_answer
