"""Prometheus metrics of alerting and of ingested rows."""

from collections.abc import Iterator

from reports.operations.watch import Watched
from webapi.telemetry.gauges import Family, plain, single


def families(found: Watched) -> Iterator[Family]:
    """One per metric."""
    yield Family("mdl_incidents", "Incidents not resolved", ("state", "severity"), found.incidents)
    text = "Messages under way, or ended within a day"
    yield Family("mdl_alert_deliveries", text, ("state",), single(found.deliveries))
    text = "Messages given up within a day"
    yield Family("mdl_alert_delivery_failures", text, ("channel",), single(found.dead))
    text = "Outcomes of rules and slices in the newest evaluation"
    yield Family("mdl_alert_outcomes", text, ("outcome",), single(found.outcomes))
    text = "Seconds since rules were evaluated"
    yield plain("mdl_alert_evaluation_age_seconds", text, found.evaluation_age)
    sensors = found.sensors.items()
    text = "Seconds since the sensor last did its work"
    ages = single({name: sensor.age for name, sensor in sensors})
    yield Family("mdl_alert_sensor_age_seconds", text, ("sensor",), ages)
    text = "Seconds after which the sensor should do its work again"
    intervals = single({name: sensor.interval for name, sensor in sensors})
    yield Family("mdl_alert_sensor_interval_seconds", text, ("sensor",), intervals)
    failures = single({name: sensor.failures for name, sensor in sensors})
    yield Family("mdl_alert_sensor_failures", "Failures of the sensor in a row", ("sensor",), failures)
    yield Family("mdl_rows", "Rows of the newest content of each file", ("source", "outcome"), found.rows)
    yield Family("mdl_files", "Files by their newest content", ("source", "state"), found.files)
