from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.check_in import CheckIn


T = TypeVar("T", bound="CheckInAnswer")


@_attrs_define
class CheckInAnswer:
    """
    Attributes:
        data (CheckIn):
    """

    data: CheckIn

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
        from ..models.check_in import CheckIn  # noqa: PLC0415

        d = dict(src_dict)
        data = CheckIn.from_dict(d.pop("data"))

        check_in_answer = cls(
            data=data,
        )

        return check_in_answer
