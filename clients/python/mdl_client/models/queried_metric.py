from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="QueriedMetric")


@_attrs_define
class QueriedMetric:
    """
    Attributes:
        metric_id (str):
        name (str):
        unit (None | str):
        definition_version (str):
        definition_hash (str):
    """

    metric_id: str
    name: str
    unit: None | str
    definition_version: str
    definition_hash: str

    def to_dict(self) -> dict[str, Any]:
        metric_id = self.metric_id

        name = self.name

        unit: None | str
        unit = self.unit

        definition_version = self.definition_version

        definition_hash = self.definition_hash

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "metric_id": metric_id,
                "name": name,
                "unit": unit,
                "definition_version": definition_version,
                "definition_hash": definition_hash,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        metric_id = d.pop("metric_id")

        name = d.pop("name")

        def _parse_unit(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        unit = _parse_unit(d.pop("unit"))

        definition_version = d.pop("definition_version")

        definition_hash = d.pop("definition_hash")

        queried_metric = cls(
            metric_id=metric_id,
            name=name,
            unit=unit,
            definition_version=definition_version,
            definition_hash=definition_hash,
        )

        return queried_metric
