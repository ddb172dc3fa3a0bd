"""A real Alertmanager with the configuration that is delivered leaves out what something graver explains."""

import shutil
from pathlib import Path

import pytest
import requests

from tests.integration.pipelines.alerting.test_alertmanager import PROGRAM, Alertmanager

CONFIGURATION = Path(__file__).parents[4] / "docker" / "alertmanager" / "alertmanager.yml"


@pytest.mark.skipif(PROGRAM is None, reason="no Alertmanager here")
def test_what_is_down_inhibits_its_symptoms(tmp_path: Path) -> None:
    server = Alertmanager(tmp_path)
    shutil.copy(CONFIGURATION, tmp_path / "alertmanager.yml")
    server.start()
    try:
        fires = [
            "MdlDatabaseIsAway",
            "MdlRunFailed",
            "MdlSensorIsSilent",
            "MdlDiskIsFull",
            "MdlReportsAreLate",
        ]
        posted = [{"labels": {"alertname": name, "severity": "warning", "team": "data"}} for name in fires]
        requests.post(f"{server.url}/api/v2/alerts", json=posted, timeout=5).raise_for_status()
        states = {one["labels"]["alertname"]: one["status"]["state"] for one in server.alerts()}
    finally:
        server.stop()
    assert states.pop("MdlDatabaseIsAway") == states.pop("MdlDiskIsFull") == "active"
    assert set(states.values()) == {"suppressed"}
