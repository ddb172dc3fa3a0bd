from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.trust import Trust
    from ..models.value import Value


T = TypeVar("T", bound="Values")


@_attrs_define
class Values:
    """
    Attributes:
        metric_id (str):
        grain (str):
        unit (None | str):
        data (list[Value]):
        meta (Trust):
    """

    metric_id: str
    grain: str
    unit: None | str
    data: list[Value]
    meta: Trust

    def to_dict(self) -> dict[str, Any]:
        metric_id = self.metric_id

        grain = self.grain

        unit: None | str
        unit = self.unit

        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        meta = self.meta.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "metric_id": metric_id,
                "grain": grain,
                "unit": unit,
                "data": data,
                "meta": meta,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.trust import Trust  # noqa: PLC0415
        from ..models.value import Value  # noqa: PLC0415

        d = dict(src_dict)
        metric_id = d.pop("metric_id")

        grain = d.pop("grain")

        def _parse_unit(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        unit = _parse_unit(d.pop("unit"))

        data = []
        _data = d.pop("data")
        for data_item_data in _data:
            data_item = Value.from_dict(data_item_data)

            data.append(data_item)

        meta = Trust.from_dict(d.pop("meta"))

        values = cls(
            metric_id=metric_id,
            grain=grain,
            unit=unit,
            data=data,
            meta=meta,
        )

        return values
