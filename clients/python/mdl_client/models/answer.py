from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.aligned_row import AlignedRow
    from ..models.queried_metric import QueriedMetric
    from ..models.trust import Trust


T = TypeVar("T", bound="Answer")


@_attrs_define
class Answer:
    """
    Attributes:
        grain (str):
        metrics (list[QueriedMetric]):
        data (list[AlignedRow]):
        meta (Trust):
    """

    grain: str
    metrics: list[QueriedMetric]
    data: list[AlignedRow]
    meta: Trust

    def to_dict(self) -> dict[str, Any]:
        grain = self.grain

        metrics = []
        for metrics_item_data in self.metrics:
            metrics_item = metrics_item_data.to_dict()
            metrics.append(metrics_item)

        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        meta = self.meta.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "grain": grain,
                "metrics": metrics,
                "data": data,
                "meta": meta,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.aligned_row import AlignedRow  # noqa: PLC0415
        from ..models.queried_metric import QueriedMetric  # noqa: PLC0415
        from ..models.trust import Trust  # noqa: PLC0415

        d = dict(src_dict)
        grain = d.pop("grain")

        metrics = []
        _metrics = d.pop("metrics")
        for metrics_item_data in _metrics:
            metrics_item = QueriedMetric.from_dict(metrics_item_data)

            metrics.append(metrics_item)

        data = []
        _data = d.pop("data")
        for data_item_data in _data:
            data_item = AlignedRow.from_dict(data_item_data)

            data.append(data_item)

        meta = Trust.from_dict(d.pop("meta"))

        answer = cls(
            grain=grain,
            metrics=metrics,
            data=data,
            meta=meta,
        )

        return answer
