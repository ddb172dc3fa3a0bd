from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.domain_standing import DomainStanding
    from ..models.trust import Trust


T = TypeVar("T", bound="DomainScorecard")


@_attrs_define
class DomainScorecard:
    """
    Attributes:
        data (DomainStanding):
        meta (Trust):
    """

    data: DomainStanding
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
        from ..models.domain_standing import DomainStanding  # noqa: PLC0415
        from ..models.trust import Trust  # noqa: PLC0415

        d = dict(src_dict)
        data = DomainStanding.from_dict(d.pop("data"))

        meta = Trust.from_dict(d.pop("meta"))

        domain_scorecard = cls(
            data=data,
            meta=meta,
        )

        return domain_scorecard
