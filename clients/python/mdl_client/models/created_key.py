from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.key import Key


T = TypeVar("T", bound="CreatedKey")


@_attrs_define
class CreatedKey:
    """
    Attributes:
        data (Key):
        key (str): for the header X-API-Key; shown only now
    """

    data: Key
    key: str

    def to_dict(self) -> dict[str, Any]:
        data = self.data.to_dict()

        key = self.key

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "data": data,
                "key": key,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.key import Key  # noqa: PLC0415

        d = dict(src_dict)
        data = Key.from_dict(d.pop("data"))

        key = d.pop("key")

        created_key = cls(
            data=data,
            key=key,
        )

        return created_key
