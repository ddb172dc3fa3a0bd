from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.quality import Quality
    from ..models.trust import Trust


T = TypeVar("T", bound="DataQuality")


@_attrs_define
class DataQuality:
    """
    Attributes:
        data (Quality):
        meta (None | Trust): null before the first publication
    """

    data: Quality
    meta: None | Trust

    def to_dict(self) -> dict[str, Any]:
        from ..models.trust import Trust  # noqa: PLC0415

        data = self.data.to_dict()

        meta: dict[str, Any] | None
        if isinstance(self.meta, Trust):
            meta = self.meta.to_dict()
        else:
            meta = self.meta

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
        from ..models.quality import Quality  # noqa: PLC0415
        from ..models.trust import Trust  # noqa: PLC0415

        d = dict(src_dict)
        data = Quality.from_dict(d.pop("data"))

        def _parse_meta(data: object) -> None | Trust:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                meta_type_0 = Trust.from_dict(data)

                return meta_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Trust, data)

        meta = _parse_meta(d.pop("meta"))

        data_quality = cls(
            data=data,
            meta=meta,
        )

        return data_quality
