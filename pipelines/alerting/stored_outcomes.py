"""Outcomes of rules, read and written in bulk: series of evaluations that end alike."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from pipelines.alerting.lifecycle import Outcome
from pipelines.alerting.stored_incidents import Key, as_json, as_plain, key_of


@dataclass(frozen=True)
class Judged:
    """The outcome of one rule on one slice."""

    key: Key
    outcome: Outcome
    reason: str | None = None
    grain: str | None = None
    period_start: datetime | None = None
    value: float | None = None


_CURRENT = """
    select outcome_id, subject_kind, subject_id, rule_id, slice, outcome, grain, period_start,
        (select p.as_of from ops.publications p where p.publication_id = first_publication_id) as since
    from ops.alert_outcomes where is_current and (cast(:ids as text[]) is null or subject_id = any(:ids))
"""
_JUDGED = (
    "json_to_recordset(cast(:rows as json)) as n(outcome_id bigint, subject_kind text, subject_id text, rule_id text, "
    "slice text, outcome text, reason text, grain text, period_start timestamptz, value float8)"
)
_REPEAT = f"""
    update ops.alert_outcomes o set evaluations = o.evaluations + 1, last_evaluated_at = :now,
        last_publication_id = :publication_id, reason = n.reason, grain = n.grain, period_start = n.period_start,
        value = n.value
    from {_JUDGED} where o.outcome_id = n.outcome_id
"""
_END = "update ops.alert_outcomes set is_current = false where outcome_id = any(:ended)"
_BEGIN = f"""
    insert into ops.alert_outcomes (subject_kind, subject_id, rule_id, slice, outcome, reason, grain, period_start,
        value, first_publication_id, last_publication_id, first_evaluated_at, last_evaluated_at, evaluations,
        is_current)
    select n.subject_kind, n.subject_id, n.rule_id, n.slice, n.outcome, n.reason, n.grain, n.period_start, n.value,
        :publication_id, :publication_id, :now, :now, 1, true from {_JUDGED}
"""


def current_outcomes(
    connection: Connection, subject_ids: Collection[str] | None = None
) -> dict[Key, Row[Any]]:
    """The newest outcome of every key, or of those of some subjects. One statement."""
    ids = None if subject_ids is None else sorted(subject_ids)
    return {key_of(row): row for row in connection.execute(text(_CURRENT), {"ids": ids})}


def write_outcomes(
    connection: Connection,
    judged: Sequence[Judged],
    current: Mapping[Key, Row[Any]],
    now: datetime,
    publication_id: int,
    *,
    is_whole: bool,
) -> None:
    """Lengthen the series of outcomes that are as before, begin those that are not. Three statements at most.

    With `is_whole` nothing else is judged any more: other series end.
    """
    stamps = {"now": now, "publication_id": publication_id}
    rows = [_outcome_row(one, current.get(one.key)) for one in judged]
    same = [row for row in rows if row["outcome_id"] is not None]
    new = [row for row in rows if row["outcome_id"] is None]
    kept = {row["outcome_id"] for row in same}
    touched = {one.key for one in judged}
    ended = [
        row.outcome_id
        for key, row in current.items()
        if row.outcome_id not in kept and (is_whole or key in touched)
    ]
    if same:
        connection.execute(text(_REPEAT), {"rows": as_json(same), **stamps})
    if ended:
        connection.execute(text(_END), {"ended": ended})
    if new:
        connection.execute(text(_BEGIN), {"rows": as_json(new), **stamps})


def _outcome_row(judged: Judged, before: Row[Any] | None) -> dict[str, Any]:
    """Its row; without a verdict the newest period that had one is still remembered."""
    row = {name: as_plain(value) for name, value in vars(judged).items() if name != "key"}
    is_same_grain = before is not None and before.grain == judged.grain
    if judged.period_start is None and before is not None and is_same_grain:
        row["period_start"] = as_plain(before.period_start)
    goes_on = before is not None and before.outcome == judged.outcome
    return {**row, **judged.key._asdict(), "outcome_id": before.outcome_id if before and goes_on else None}
