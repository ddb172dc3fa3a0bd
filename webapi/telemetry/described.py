"""What the metrics of Prometheus are, without any numbers: for docs/reference/exported-metrics.md."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from reports.operations.late import Late
from reports.operations.runs import Runs
from reports.operations.watch import Watched
from webapi.telemetry.metrics import Answering, Found, Meters, families


class DescribedMetric(NamedTuple):
    """A metric as Prometheus names it."""

    name: str
    kind: str
    labels: tuple[str, ...]
    text: str


def described() -> list[DescribedMetric]:
    """All that an installation tells in which everything is used, by their names."""
    found = Found(_NOTHING_WATCHED, _NOTHING_LATE, Runs())
    read = [
        DescribedMetric(each.name, "gauge", each.labels, each.text)
        for each in families(found, Path(), Answering({}, True, True, 0.0))
    ]
    return sorted([*_counted(), *read])


def _counted() -> Iterator[DescribedMetric]:
    for collector in Meters().registry._collector_to_names:  # noqa: SLF001  samples, which it offers, are none yet
        for family in collector.collect():
            name = f"{family.name}_total" if family.type == "counter" else family.name
            yield DescribedMetric(
                name, family.type, tuple(getattr(collector, "_labelnames", ())), family.documentation
            )


_NOTHING_WATCHED = Watched(
    incidents={}, deliveries={}, dead={}, outcomes={}, evaluation_age=0, sensors={}, rows={}, files={}
)
_NOTHING_LATE = Late(
    overdue={}, oldest_message=0, retried={}, reports={}, oldest_report=0, overdue_report=0, backup_age=0
)
