from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.metric_document import MetricDocument


T = TypeVar("T", bound="MetricAnswer")


@_attrs_define
class MetricAnswer:
    """
    Attributes:
        data (MetricDocument):
    """

    data: MetricDocument

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
        from ..models.metric_document import MetricDocument  # noqa: PLC0415

        d = dict(src_dict)
        data = MetricDocument.from_dict(d.pop("data"))

        metric_answer = cls(
            data=data,
        )

        return metric_answer
