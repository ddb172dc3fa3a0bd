from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.incident_detail import IncidentDetail


T = TypeVar("T", bound="IncidentAnswer")


@_attrs_define
class IncidentAnswer:
    """
    Attributes:
        data (IncidentDetail):
    """

    data: IncidentDetail

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
        from ..models.incident_detail import IncidentDetail  # noqa: PLC0415

        d = dict(src_dict)
        data = IncidentDetail.from_dict(d.pop("data"))

        incident_answer = cls(
            data=data,
        )

        return incident_answer
