from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.value import Value


T = TypeVar("T", bound="Standing")


@_attrs_define
class Standing:
    """
    Attributes:
        metric_id (str):
        name (str):
        unit (None | str):
        expected_direction (None | str):
        target_value (float | None):
        reason (None | str): why nothing is computed of it: which of its events have never come
        grain (str):
        latest (None | Value): newest finished period
        running (None | Value): the period under way
        sparkline (list[float | None]): values of up to 30 finished periods, the latest last
    """

    metric_id: str
    name: str
    unit: None | str
    expected_direction: None | str
    target_value: float | None
    reason: None | str
    grain: str
    latest: None | Value
    running: None | Value
    sparkline: list[float | None]

    def to_dict(self) -> dict[str, Any]:
        from ..models.value import Value  # noqa: PLC0415

        metric_id = self.metric_id

        name = self.name

        unit: None | str
        unit = self.unit

        expected_direction: None | str
        expected_direction = self.expected_direction

        target_value: float | None
        target_value = self.target_value

        reason: None | str
        reason = self.reason

        grain = self.grain

        latest: dict[str, Any] | None
        if isinstance(self.latest, Value):
            latest = self.latest.to_dict()
        else:
            latest = self.latest

        running: dict[str, Any] | None
        if isinstance(self.running, Value):
            running = self.running.to_dict()
        else:
            running = self.running

        sparkline = []
        for sparkline_item_data in self.sparkline:
            sparkline_item: float | None
            sparkline_item = sparkline_item_data
            sparkline.append(sparkline_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "metric_id": metric_id,
                "name": name,
                "unit": unit,
                "expected_direction": expected_direction,
                "target_value": target_value,
                "reason": reason,
                "grain": grain,
                "latest": latest,
                "running": running,
                "sparkline": sparkline,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.value import Value  # noqa: PLC0415

        d = dict(src_dict)
        metric_id = d.pop("metric_id")

        name = d.pop("name")

        def _parse_unit(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        unit = _parse_unit(d.pop("unit"))

        def _parse_expected_direction(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        expected_direction = _parse_expected_direction(d.pop("expected_direction"))

        def _parse_target_value(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        target_value = _parse_target_value(d.pop("target_value"))

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))

        grain = d.pop("grain")

        def _parse_latest(data: object) -> None | Value:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                latest_type_0 = Value.from_dict(data)

                return latest_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Value, data)

        latest = _parse_latest(d.pop("latest"))

        def _parse_running(data: object) -> None | Value:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                running_type_0 = Value.from_dict(data)

                return running_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Value, data)

        running = _parse_running(d.pop("running"))

        sparkline = []
        _sparkline = d.pop("sparkline")
        for sparkline_item_data in _sparkline:

            def _parse_sparkline_item(data: object) -> float | None:
                if data is None:
                    return data
                return cast(float | None, data)

            sparkline_item = _parse_sparkline_item(sparkline_item_data)

            sparkline.append(sparkline_item)

        standing = cls(
            metric_id=metric_id,
            name=name,
            unit=unit,
            expected_direction=expected_direction,
            target_value=target_value,
            reason=reason,
            grain=grain,
            latest=latest,
            running=running,
            sparkline=sparkline,
        )

        return standing
