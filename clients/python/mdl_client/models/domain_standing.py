from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.domain_standing_evidence import DomainStandingEvidence
    from ..models.objective_standing import ObjectiveStanding


T = TypeVar("T", bound="DomainStanding")


@_attrs_define
class DomainStanding:
    """
    Attributes:
        domain_id (str):
        name (str):
        health (float | None): 0-100
        coverage (float):
        metrics_ok (int):
        metrics_warning (int):
        metrics_critical (int):
        metrics_no_data (int):
        metrics_count (int):
        objective_progress (float | None):
        provenance (str):
        evidence (DomainStandingEvidence):
        objectives (list[ObjectiveStanding]):
    """

    domain_id: str
    name: str
    health: float | None
    coverage: float
    metrics_ok: int
    metrics_warning: int
    metrics_critical: int
    metrics_no_data: int
    metrics_count: int
    objective_progress: float | None
    provenance: str
    evidence: DomainStandingEvidence
    objectives: list[ObjectiveStanding]

    def to_dict(self) -> dict[str, Any]:
        domain_id = self.domain_id

        name = self.name

        health: float | None
        health = self.health

        coverage = self.coverage

        metrics_ok = self.metrics_ok

        metrics_warning = self.metrics_warning

        metrics_critical = self.metrics_critical

        metrics_no_data = self.metrics_no_data

        metrics_count = self.metrics_count

        objective_progress: float | None
        objective_progress = self.objective_progress

        provenance = self.provenance

        evidence = self.evidence.to_dict()

        objectives = []
        for objectives_item_data in self.objectives:
            objectives_item = objectives_item_data.to_dict()
            objectives.append(objectives_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "domain_id": domain_id,
                "name": name,
                "health": health,
                "coverage": coverage,
                "metrics_ok": metrics_ok,
                "metrics_warning": metrics_warning,
                "metrics_critical": metrics_critical,
                "metrics_no_data": metrics_no_data,
                "metrics_count": metrics_count,
                "objective_progress": objective_progress,
                "provenance": provenance,
                "evidence": evidence,
                "objectives": objectives,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.domain_standing_evidence import DomainStandingEvidence  # noqa: PLC0415
        from ..models.objective_standing import ObjectiveStanding  # noqa: PLC0415

        d = dict(src_dict)
        domain_id = d.pop("domain_id")

        name = d.pop("name")

        def _parse_health(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        health = _parse_health(d.pop("health"))

        coverage = d.pop("coverage")

        metrics_ok = d.pop("metrics_ok")

        metrics_warning = d.pop("metrics_warning")

        metrics_critical = d.pop("metrics_critical")

        metrics_no_data = d.pop("metrics_no_data")

        metrics_count = d.pop("metrics_count")

        def _parse_objective_progress(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        objective_progress = _parse_objective_progress(d.pop("objective_progress"))

        provenance = d.pop("provenance")

        evidence = DomainStandingEvidence.from_dict(d.pop("evidence"))

        objectives = []
        _objectives = d.pop("objectives")
        for objectives_item_data in _objectives:
            objectives_item = ObjectiveStanding.from_dict(objectives_item_data)

            objectives.append(objectives_item)

        domain_standing = cls(
            domain_id=domain_id,
            name=name,
            health=health,
            coverage=coverage,
            metrics_ok=metrics_ok,
            metrics_warning=metrics_warning,
            metrics_critical=metrics_critical,
            metrics_no_data=metrics_no_data,
            metrics_count=metrics_count,
            objective_progress=objective_progress,
            provenance=provenance,
            evidence=evidence,
            objectives=objectives,
        )

        return domain_standing
