from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.standing import Standing
    from ..models.trust import Trust


T = TypeVar("T", bound="Summary")


@_attrs_define
class Summary:
    """
    Attributes:
        data (Standing):
        meta (Trust):
    """

    data: Standing
    meta: Trust

    def to_dict(self) -> dict[str, Any]:
        data = self.data.to_dict()

        meta = self.meta.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "data": data,
                "meta": meta,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.standing import Standing  # noqa: PLC0415
        from ..models.trust import Trust  # noqa: PLC0415

        d = dict(src_dict)
        data = Standing.from_dict(d.pop("data"))

        meta = Trust.from_dict(d.pop("meta"))

        summary = cls(
            data=data,
            meta=meta,
        )

        return summary
