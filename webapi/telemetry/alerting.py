"""Prometheus metrics of alerting and of ingested rows: read with each scrape, and so the same of every worker."""

from collections.abc import Iterable, Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from reports.watch import Sensor, Watched

_Samples = Iterable[tuple[list[str], float]]
_SENSORS = {
    "age": "Seconds since the sensor last did its work",
    "interval": "Seconds after which the sensor should do its work again",
    "failures": "Failures of the sensor in a row",
}
_UNITS = {"age": "_seconds", "interval": "_seconds", "failures": ""}


class AlertState(Collector):
    """What was last read; nothing before that."""

    def __init__(self) -> None:
        self.found: Watched | None = None

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The families that docs/operations.md names."""
        found = self.found
        if found is None:
            return
        yield _family(
            "mdl_incidents", "Incidents that are not resolved", ["state", "severity"], _pairs(found.incidents)
        )
        yield _family(
            "mdl_alert_deliveries",
            "Messages under way, or ended within a day",
            ["state"],
            _singles(found.deliveries),
        )
        yield _family(
            "mdl_alert_delivery_failures", "Messages given up within a day", ["channel"], _singles(found.dead)
        )
        yield _family(
            "mdl_alert_outcomes",
            "Outcomes of rules and slices in the newest evaluation",
            ["outcome"],
            _singles(found.outcomes),
        )
        yield _family(
            "mdl_alert_evaluation_age_seconds",
            "Seconds since rules were evaluated",
            [],
            [([], found.evaluation_age)],
        )
        for what, text in _SENSORS.items():
            yield _family(
                f"mdl_alert_sensor_{what}{_UNITS[what]}", text, ["sensor"], _of_sensors(found.sensors, what)
            )
        yield _family(
            "mdl_rows", "Rows of the newest content of each file", ["source", "outcome"], _pairs(found.rows)
        )
        yield _family(
            "mdl_files",
            "Files by the state of their newest content",
            ["source", "state"],
            _pairs(found.files),
        )


def _family(name: str, text: str, labels: list[str], samples: _Samples) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=labels)
    for values, number in samples:
        family.add_metric(values, number)
    return family


def _pairs(numbers: Mapping[tuple[str, str], float]) -> _Samples:
    return [(list(names), number) for names, number in numbers.items()]


def _singles(numbers: Mapping[str, float]) -> _Samples:
    return [([name], number) for name, number in numbers.items()]


def _of_sensors(sensors: Mapping[str, Sensor], what: str) -> _Samples:
    return [([name], getattr(sensor, what)) for name, sensor in sensors.items()]
