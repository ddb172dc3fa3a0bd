from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.listed_metric import ListedMetric
    from ..models.pagination import Pagination
    from ..models.trust import Trust


T = TypeVar("T", bound="MetricPage")


@_attrs_define
class MetricPage:
    """
    Attributes:
        data (list[ListedMetric]):
        pagination (Pagination):
        meta (None | Trust | Unset): what the numbers rest on, with include=current
    """

    data: list[ListedMetric]
    pagination: Pagination
    meta: None | Trust | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.trust import Trust  # noqa: PLC0415

        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        pagination = self.pagination.to_dict()

        meta: dict[str, Any] | None | Unset
        if isinstance(self.meta, Unset):
            meta = UNSET
        elif isinstance(self.meta, Trust):
            meta = self.meta.to_dict()
        else:
            meta = self.meta

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "data": data,
                "pagination": pagination,
            }
        )
        if meta is not UNSET:
            field_dict["meta"] = meta

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.listed_metric import ListedMetric  # noqa: PLC0415
        from ..models.pagination import Pagination  # noqa: PLC0415
        from ..models.trust import Trust  # noqa: PLC0415

        d = dict(src_dict)
        data = []
        _data = d.pop("data")
        for data_item_data in _data:
            data_item = ListedMetric.from_dict(data_item_data)

            data.append(data_item)

        pagination = Pagination.from_dict(d.pop("pagination"))

        def _parse_meta(data: object) -> None | Trust | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                meta_type_0 = Trust.from_dict(data)

                return meta_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Trust | Unset, data)

        meta = _parse_meta(d.pop("meta", UNSET))

        metric_page = cls(
            data=data,
            pagination=pagination,
            meta=meta,
        )

        return metric_page
