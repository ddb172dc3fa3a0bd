from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Part")


@_attrs_define
class Part:
    """
    Attributes:
        status (str): ok, behind, degraded, away or off
        detail (str):
    """

    status: str
    detail: str

    def to_dict(self) -> dict[str, Any]:
        status = self.status

        detail = self.detail

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "status": status,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = d.pop("status")

        detail = d.pop("detail")

        part = cls(
            status=status,
            detail=detail,
        )

        return part
