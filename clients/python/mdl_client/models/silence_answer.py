from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.silence import Silence


T = TypeVar("T", bound="SilenceAnswer")


@_attrs_define
class SilenceAnswer:
    """
    Attributes:
        data (Silence):
    """

    data: Silence

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
        from ..models.silence import Silence  # noqa: PLC0415

        d = dict(src_dict)
        data = Silence.from_dict(d.pop("data"))

        silence_answer = cls(
            data=data,
        )

        return silence_answer
