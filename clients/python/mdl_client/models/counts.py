from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.counts_metrics_by_kind import CountsMetricsByKind
    from ..models.counts_metrics_by_status import CountsMetricsByStatus
    from ..models.counts_metrics_by_tier import CountsMetricsByTier
    from ..models.counts_objectives_by_status import CountsObjectivesByStatus


T = TypeVar("T", bound="Counts")


@_attrs_define
class Counts:
    """
    Attributes:
        metrics (int):
        metrics_by_kind (CountsMetricsByKind): computed, observed or documented
        metrics_by_status (CountsMetricsByStatus): of the latest finished period: ok, warning, critical or no_data
        metrics_by_tier (CountsMetricsByTier): as the catalog says; none where it does not
        domains (int):
        objectives (int):
        objectives_by_status (CountsObjectivesByStatus): such as on_track, at_risk, off_track
        publications (int):
    """

    metrics: int
    metrics_by_kind: CountsMetricsByKind
    metrics_by_status: CountsMetricsByStatus
    metrics_by_tier: CountsMetricsByTier
    domains: int
    objectives: int
    objectives_by_status: CountsObjectivesByStatus
    publications: int

    def to_dict(self) -> dict[str, Any]:
        metrics = self.metrics

        metrics_by_kind = self.metrics_by_kind.to_dict()

        metrics_by_status = self.metrics_by_status.to_dict()

        metrics_by_tier = self.metrics_by_tier.to_dict()

        domains = self.domains

        objectives = self.objectives

        objectives_by_status = self.objectives_by_status.to_dict()

        publications = self.publications

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "metrics": metrics,
                "metrics_by_kind": metrics_by_kind,
                "metrics_by_status": metrics_by_status,
                "metrics_by_tier": metrics_by_tier,
                "domains": domains,
                "objectives": objectives,
                "objectives_by_status": objectives_by_status,
                "publications": publications,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.counts_metrics_by_kind import CountsMetricsByKind  # noqa: PLC0415
        from ..models.counts_metrics_by_status import CountsMetricsByStatus  # noqa: PLC0415
        from ..models.counts_metrics_by_tier import CountsMetricsByTier  # noqa: PLC0415
        from ..models.counts_objectives_by_status import CountsObjectivesByStatus  # noqa: PLC0415

        d = dict(src_dict)
        metrics = d.pop("metrics")

        metrics_by_kind = CountsMetricsByKind.from_dict(d.pop("metrics_by_kind"))

        metrics_by_status = CountsMetricsByStatus.from_dict(d.pop("metrics_by_status"))

        metrics_by_tier = CountsMetricsByTier.from_dict(d.pop("metrics_by_tier"))

        domains = d.pop("domains")

        objectives = d.pop("objectives")

        objectives_by_status = CountsObjectivesByStatus.from_dict(d.pop("objectives_by_status"))

        publications = d.pop("publications")

        counts = cls(
            metrics=metrics,
            metrics_by_kind=metrics_by_kind,
            metrics_by_status=metrics_by_status,
            metrics_by_tier=metrics_by_tier,
            domains=domains,
            objectives=objectives,
            objectives_by_status=objectives_by_status,
            publications=publications,
        )

        return counts
