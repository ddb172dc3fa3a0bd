"""Incidents of how the installation runs (sources, jobs, checks, sensors), derived from the state that is found.

Whoever watches says all that is wrong now. Saying the same again changes nothing, so a watcher may be repeated, killed
and started anew at any instant.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from pipelines.alerting.stored_incidents import (
    IncidentEntry,
    Key,
    Told,
    ended_by_hand,
    open_incidents,
    write_incidents,
)
from pipelines.alerting.watching.findings import Finding
from schemas.alerting.vocabulary import SEVERITIES, SubjectKind
from schemas.locks import Lock, hold


@dataclass(frozen=True)
class Observed:
    """Subjects of which an incident opened, grew graver, or ended."""

    opened: frozenset[str]
    escalated: frozenset[str]
    resolved: frozenset[str]


def observe(
    connection: Connection,
    kind: SubjectKind,
    found: Mapping[str, Finding],
    now: datetime,
    *,
    rule_ids: Collection[str],
    publication_id: int | None = None,
) -> Observed:
    """Open incidents for what is found, keep those that are open, resolve those of `rule_ids` no longer found.

    Args:
        connection: a transaction; the caller commits.
        kind: of the subjects.
        found: at most one finding per subject_id, each with one of `rule_ids`; who watches for several calls once each.
        now: of the wall clock.
        rule_ids: what the caller is responsible for; other incidents are left alone.
        publication_id: noted where it matters.
    """
    hold(connection, Lock.OPERATIONS)
    standing = {
        key: row for key, row in open_incidents(connection, [kind]).items() if key.rule_id in set(rule_ids)
    }
    written: list[IncidentEntry] = []
    told: list[Told] = []
    wanted = {Key(kind, subject_id, one.rule_id): one for subject_id, one in found.items()}
    dismissed = ended_by_hand(connection, [key for key in wanted if key not in standing])
    for key, finding in wanted.items():
        row = standing.get(key)
        if row is None and dismissed.get(key) == dict(finding.evidence):
            continue  # nothing new was found since somebody said that it is over
        if row is None:
            told += [Told(key, "opened"), Told(key, "firing")]
            written.append(_incident(key, finding, publication_id))
            continue
        severity = max(row.severity, finding.severity, key=SEVERITIES.index)
        if severity != row.severity:
            told.append(Told(key, "escalated", {"from": row.severity, "to": severity}))
        before = (row.severity, row.evidence, row.channels)
        if before != (severity, dict(finding.evidence), list(finding.channels)):
            kept = replace(finding, title=row.title, severity=severity)
            written.append(replace(_incident(key, kept, None), state=row.state, incident_id=row.incident_id))
    gone = {key: row for key, row in standing.items() if key not in wanted}
    told += [Told(key, "resolved") for key in gone]
    written += [
        IncidentEntry(key, "resolved", row.severity, row.title, row.evidence, incident_id=row.incident_id)
        for key, row in gone.items()
    ]
    write_incidents(connection, written, told, now, publication_id)
    return Observed(
        *(frozenset(one.key.subject_id for one in told if one.event == event) for event in _EVENTS)
    )


_EVENTS = ("opened", "escalated", "resolved")


def _incident(key: Key, finding: Finding, publication_id: int | None) -> IncidentEntry:
    return IncidentEntry(
        key,
        "firing",
        finding.severity,
        finding.title,
        finding.evidence,
        channels=finding.channels,
        publication_id=publication_id,
    )
