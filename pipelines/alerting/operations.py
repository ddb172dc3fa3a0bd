"""Incidents of operations: sources, jobs, checks and sensors, opened and resolved by the state that is found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.alerting.rules import Severity


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with a subject now."""

    rule_id: str
    title: str
    severity: Severity
    evidence: Mapping[str, Any] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
