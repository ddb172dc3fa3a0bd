from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.health_parts import HealthParts


T = TypeVar("T", bound="Health")


@_attrs_define
class Health:
    """
    Attributes:
        status (str): ok, degraded (kept answers only, or alerting at fault) or unavailable
        version (str):
        parts (HealthParts):
    """

    status: str
    version: str
    parts: HealthParts

    def to_dict(self) -> dict[str, Any]:
        status = self.status

        version = self.version

        parts = self.parts.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "status": status,
                "version": version,
                "parts": parts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.health_parts import HealthParts  # noqa: PLC0415

        d = dict(src_dict)
        status = d.pop("status")

        version = d.pop("version")

        parts = HealthParts.from_dict(d.pop("parts"))

        health = cls(
            status=status,
            version=version,
            parts=parts,
        )

        return health
