"""What a watcher found wrong: the value that `operations.observe` turns into an incident."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.alerting.vocabulary import Severity

RUN_FAILED, CHECK_FAILED, SENSOR_FAILING = "run_failed", "check_failed", "sensor_failing"


@dataclass(frozen=True)
class Finding:
    """What is wrong with a subject; `evidence` is JSON and stays the same while nothing changes."""

    rule_id: str
    title: str
    severity: Severity
    evidence: Mapping[str, Any] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
