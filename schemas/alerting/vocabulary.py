"""Words that rules, incidents and those who watch share; importing them loads no parser."""

from typing import Literal, get_args

SubjectKind = Literal["metric", "objective", "key_result", "source", "job", "check", "sensor", "report"]
Severity = Literal["info", "warning", "critical"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
