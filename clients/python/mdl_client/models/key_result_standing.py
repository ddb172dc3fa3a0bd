from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.key_result_standing_evidence import KeyResultStandingEvidence


T = TypeVar("T", bound="KeyResultStanding")


@_attrs_define
class KeyResultStanding:
    """
    Attributes:
        kr_id (str):
        name (str):
        unit (None | str):
        direction (None | str):
        metric_id (None | str):
        baseline_value (float | None):
        current_value (float | None):
        target_value (float | None):
        raw_progress (float | None): 1 is the target reached, 0 the baseline
        progress (float | None): clipped to 0-1
        expected_progress (float | None): share of the timeframe that has passed
        projected_value (float | None):
        projected_progress (float | None):
        weight (float):
        status (str):
        provenance (str): measured, checked_in, rolled_up or none
        evidence (KeyResultStandingEvidence): metric, grain, period and values behind it
    """

    kr_id: str
    name: str
    unit: None | str
    direction: None | str
    metric_id: None | str
    baseline_value: float | None
    current_value: float | None
    target_value: float | None
    raw_progress: float | None
    progress: float | None
    expected_progress: float | None
    projected_value: float | None
    projected_progress: float | None
    weight: float
    status: str
    provenance: str
    evidence: KeyResultStandingEvidence

    def to_dict(self) -> dict[str, Any]:
        kr_id = self.kr_id

        name = self.name

        unit: None | str
        unit = self.unit

        direction: None | str
        direction = self.direction

        metric_id: None | str
        metric_id = self.metric_id

        baseline_value: float | None
        baseline_value = self.baseline_value

        current_value: float | None
        current_value = self.current_value

        target_value: float | None
        target_value = self.target_value

        raw_progress: float | None
        raw_progress = self.raw_progress

        progress: float | None
        progress = self.progress

        expected_progress: float | None
        expected_progress = self.expected_progress

        projected_value: float | None
        projected_value = self.projected_value

        projected_progress: float | None
        projected_progress = self.projected_progress

        weight = self.weight

        status = self.status

        provenance = self.provenance

        evidence = self.evidence.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kr_id": kr_id,
                "name": name,
                "unit": unit,
                "direction": direction,
                "metric_id": metric_id,
                "baseline_value": baseline_value,
                "current_value": current_value,
                "target_value": target_value,
                "raw_progress": raw_progress,
                "progress": progress,
                "expected_progress": expected_progress,
                "projected_value": projected_value,
                "projected_progress": projected_progress,
                "weight": weight,
                "status": status,
                "provenance": provenance,
                "evidence": evidence,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.key_result_standing_evidence import KeyResultStandingEvidence  # noqa: PLC0415

        d = dict(src_dict)
        kr_id = d.pop("kr_id")

        name = d.pop("name")

        def _parse_unit(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        unit = _parse_unit(d.pop("unit"))

        def _parse_direction(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        direction = _parse_direction(d.pop("direction"))

        def _parse_metric_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        metric_id = _parse_metric_id(d.pop("metric_id"))

        def _parse_baseline_value(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        baseline_value = _parse_baseline_value(d.pop("baseline_value"))

        def _parse_current_value(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        current_value = _parse_current_value(d.pop("current_value"))

        def _parse_target_value(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        target_value = _parse_target_value(d.pop("target_value"))

        def _parse_raw_progress(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        raw_progress = _parse_raw_progress(d.pop("raw_progress"))

        def _parse_progress(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        progress = _parse_progress(d.pop("progress"))

        def _parse_expected_progress(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        expected_progress = _parse_expected_progress(d.pop("expected_progress"))

        def _parse_projected_value(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        projected_value = _parse_projected_value(d.pop("projected_value"))

        def _parse_projected_progress(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        projected_progress = _parse_projected_progress(d.pop("projected_progress"))

        weight = d.pop("weight")

        status = d.pop("status")

        provenance = d.pop("provenance")

        evidence = KeyResultStandingEvidence.from_dict(d.pop("evidence"))

        key_result_standing = cls(
            kr_id=kr_id,
            name=name,
            unit=unit,
            direction=direction,
            metric_id=metric_id,
            baseline_value=baseline_value,
            current_value=current_value,
            target_value=target_value,
            raw_progress=raw_progress,
            progress=progress,
            expected_progress=expected_progress,
            projected_value=projected_value,
            projected_progress=projected_progress,
            weight=weight,
            status=status,
            provenance=provenance,
            evidence=evidence,
        )

        return key_result_standing
