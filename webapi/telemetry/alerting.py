"""Prometheus metrics of alerting and of ingested rows: read with each scrape, and so the same of every worker."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from reports.operations.watch import Watched


class _Family(NamedTuple):
    """A gauge with its numbers by the values of its labels."""

    name: str
    text: str
    labels: tuple[str, ...]
    numbers: Mapping[tuple[str, ...], float]


class AlertState(Collector):
    """What was last read; nothing before that."""

    def __init__(self) -> None:
        self.found: Watched | None = None

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The metrics that docs/operations.md names."""
        for name, text, labels, numbers in _families(self.found) if self.found else ():
            family = GaugeMetricFamily(name, text, labels=labels)
            for values, number in numbers.items():
                family.add_metric(values, number)
            yield family


def _families(found: Watched) -> Iterator[_Family]:
    yield _Family("mdl_incidents", "Incidents not resolved", ("state", "severity"), found.incidents)
    text = "Messages under way, or ended within a day"
    yield _Family("mdl_alert_deliveries", text, ("state",), _single(found.deliveries))
    text = "Messages given up within a day"
    yield _Family("mdl_alert_delivery_failures", text, ("channel",), _single(found.dead))
    text = "Outcomes of rules and slices in the newest evaluation"
    yield _Family("mdl_alert_outcomes", text, ("outcome",), _single(found.outcomes))
    text = "Seconds since rules were evaluated"
    yield _Family("mdl_alert_evaluation_age_seconds", text, (), {(): found.evaluation_age})
    sensors = found.sensors.items()
    text = "Seconds since the sensor last did its work"
    ages = _single({name: sensor.age for name, sensor in sensors})
    yield _Family("mdl_alert_sensor_age_seconds", text, ("sensor",), ages)
    text = "Seconds after which the sensor should do its work again"
    intervals = _single({name: sensor.interval for name, sensor in sensors})
    yield _Family("mdl_alert_sensor_interval_seconds", text, ("sensor",), intervals)
    failures = _single({name: sensor.failures for name, sensor in sensors})
    yield _Family("mdl_alert_sensor_failures", "Failures of the sensor in a row", ("sensor",), failures)
    yield _Family("mdl_rows", "Rows of the newest content of each file", ("source", "outcome"), found.rows)
    yield _Family("mdl_files", "Files by their newest content", ("source", "state"), found.files)


def _single(numbers: Mapping[str, float]) -> Mapping[tuple[str, ...], float]:
    return {(name,): number for name, number in numbers.items()}
