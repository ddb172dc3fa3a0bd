"""Incidents and their events as evaluation reads and writes them, in bulk: few statements for any number."""

import json
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select, text

from pipelines.alerting.lifecycle import State
from schemas.alerting.vocabulary import Severity, SubjectKind
from schemas.tables import incidents

ACTOR = "mdl"


class Key(NamedTuple):
    """What an incident is about."""

    subject_kind: SubjectKind
    subject_id: str
    rule_id: str
    slice: str = ""


@dataclass(frozen=True)
class IncidentEntry:
    """An incident as it is to stand in the books; without `incident_id` it is new.

    is_fired: it began to fire within this evaluation, even if it has ended. turn: incidents of one key that follow each
    other within an evaluation are counted by it.
    """

    key: Key
    state: State
    severity: Severity
    title: str
    evidence: Mapping[str, Any]
    channels: Sequence[str] = ()
    playbooks: Sequence[str] = ()
    renotify_seconds: int | None = None
    grain: str | None = None
    first_period_start: datetime | None = None
    last_period_start: datetime | None = None
    publication_id: int | None = None
    incident_id: int | None = None
    is_fired: bool = False
    turn: int = 0


@dataclass(frozen=True)
class Told:
    """Something that happened to the incident of a key and turn."""

    key: Key
    event: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    turn: int = 0


def open_incidents(connection: Connection, kinds: Collection[str]) -> dict[Key, Row[Any]]:
    """Incidents that have not ended, by key. One statement."""
    table = incidents.c
    found = connection.execute(
        select(incidents).where(table.subject_kind.in_(list(kinds)), table.state != "resolved")
    )
    return {key_of(row): row for row in found}


def key_of(row: Row[Any]) -> Key:
    """The key columns of a row."""
    return Key(row.subject_kind, row.subject_id, row.rule_id, row.slice)


_COLUMNS = {
    "subject_kind": "text",
    "subject_id": "text",
    "rule_id": "text",
    "slice": "text",
    "state": "text",
    "severity": "text",
    "title": "text",
    "evidence": "jsonb",
    "channels": "jsonb",
    "playbooks": "jsonb",
    "renotify_seconds": "bigint",
    "grain": "text",
    "first_period_start": "timestamptz",
    "last_period_start": "timestamptz",
    "publication_id": "bigint",
    "incident_id": "bigint",
    "is_fired": "boolean",
}
_NEW = [name for name in _COLUMNS if name not in ("incident_id", "is_fired")]
_SHAPE = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
_GIVEN = f"json_to_recordset(cast(:rows as json)) as n({_SHAPE})"
_INSERT = f"""
    insert into ops.incidents ({", ".join(_NEW)}, opened_at, fired_at, resolved_at, is_untold)
    select {", ".join(f"n.{name}" for name in _NEW)}, :now,
        case when n.state = 'firing' or n.is_fired then cast(:now as timestamptz) end,
        case when n.state = 'resolved' then cast(:now as timestamptz) end, n.state = 'resolved' and n.is_fired
    from {_GIVEN}
    returning incident_id, subject_kind, subject_id, rule_id, slice
"""
# somebody may acknowledge it meanwhile: only what evaluation decides is written, and a state only where it may follow
_UPDATE = f"""
    update ops.incidents i set
        state = case when n.state = 'resolved' or i.state = 'pending' then n.state else i.state end,
        fired_at = case when i.state = 'pending' and (n.state = 'firing' or n.is_fired) then :now else i.fired_at end,
        is_untold = i.state = 'pending' and n.state = 'resolved' and n.is_fired,
        resolved_at = case when n.state = 'resolved' then cast(:now as timestamptz) end,
        severity = n.severity, evidence = n.evidence, last_period_start = n.last_period_start,
        -- its rule may be told elsewhere by now, or be of another grain
        channels = case when n.state = 'resolved' then i.channels else n.channels end,
        playbooks = case when n.state = 'resolved' then i.playbooks else n.playbooks end,
        renotify_seconds = case when n.state = 'resolved' then i.renotify_seconds else n.renotify_seconds end,
        grain = coalesce(n.grain, i.grain)
    from {_GIVEN} where i.incident_id = n.incident_id and i.state <> 'resolved'
"""
_TELL = """
    insert into ops.incident_events (incident_id, event, happened_at, actor, publication_id, detail)
    select e.incident_id, e.event, :now, :actor, cast(:publication_id as bigint), e.detail
    from json_to_recordset(cast(:rows as json)) as e(n int, incident_id bigint, event text, detail jsonb) order by e.n
"""


def write_incidents(
    connection: Connection,
    written: Iterable[IncidentEntry],
    told: Sequence[Told],
    now: datetime,
    publication_id: int | None,
) -> None:
    """Write incidents and what happened to them, turn by turn, in the order given. Four statements at most per turn."""
    rows = list(written)
    for turn in sorted({one.turn for one in rows}):
        _write_turn(
            connection,
            [one for one in rows if one.turn == turn],
            [one for one in told if one.turn == turn],
            now,
            publication_id,
        )


def _write_turn(
    connection: Connection,
    rows: Sequence[IncidentEntry],
    told: Sequence[Told],
    now: datetime,
    publication_id: int | None,
) -> None:
    numbers = {one.key: one.incident_id for one in rows if one.incident_id is not None}
    changed = [_row(one) for one in rows if one.incident_id is not None]
    if changed:
        connection.execute(text(_UPDATE), {"rows": as_json(changed), "now": now})
    new = [_row(one) for one in rows if one.incident_id is None]
    if new:
        found = connection.execute(text(_INSERT), {"rows": as_json(new), "now": now})
        numbers |= {key_of(row): row.incident_id for row in found}
    _tell(connection, told, numbers, now, publication_id)


def _row(incident: IncidentEntry) -> dict[str, Any]:
    row = {name: as_plain(value) for name, value in vars(incident).items() if name in _COLUMNS}
    return row | incident.key._asdict()


def as_plain(value: Any) -> Any:
    """A value as JSON has it: instants as text."""
    return value.isoformat() if isinstance(value, datetime) else value


# what JSON has no number for, and what PostgreSQL's has no character for: errors hold whatever a program met
_ODD = re.compile(r"NaN|Infinity|\\u0000|\\ud[89a-f]")
_NO_CHARACTER = re.compile("[\0\ud800-\udfff]")


def as_json(value: Any) -> str:
    """JSON that PostgreSQL can store, whatever the value holds."""
    written = json.dumps(value)
    return json.dumps(_storable(value)) if _ODD.search(written) else written


def _storable(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return _NO_CHARACTER.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {name: _storable(each) for name, each in value.items()}
    return [_storable(each) for each in value] if isinstance(value, list | tuple) else value


def _tell(
    connection: Connection,
    told: Iterable[Told],
    numbers: Mapping[Key, int],
    now: datetime,
    publication_id: int | None,
) -> None:
    rows = [
        {"n": n, "incident_id": numbers[one.key], "event": one.event, "detail": dict(one.detail)}
        for n, one in enumerate(told)
    ]
    if rows:
        parameters = {"rows": as_json(rows), "now": now, "actor": ACTOR, "publication_id": publication_id}
        connection.execute(text(_TELL), parameters)


class Ended(NamedTuple):
    """Until which period incidents of a key went that have ended.

    by_publication: those that the same publication opened. by_hand: those that people resolved.
    """

    by_publication: datetime | None
    by_hand: datetime | None


_ENDED = """
    select k.i, max(o.last_period_start) filter (where o.publication_id = :publication_id) as by_publication,
        max(o.last_period_start) filter (where o.resolved_by is not null) as by_hand
    from json_to_recordset(cast(:keys as json))
        as k(i int, subject_kind text, subject_id text, rule_id text, slice text)
    join ops.incidents o on (o.subject_id, o.subject_kind, o.rule_id, o.slice)
        = (k.subject_id, k.subject_kind, k.rule_id, k.slice)
    where o.state = 'resolved' and (o.publication_id = :publication_id or o.resolved_by is not null) group by k.i
"""


def ended_with(connection: Connection, keys: Sequence[Key], publication_id: int) -> dict[Key, Ended]:
    """Until which period incidents went that must not open again by the same, by key. One statement."""
    if not keys:
        return {}
    asked = json.dumps([{"i": i, **key._asdict()} for i, key in enumerate(keys)])
    found = connection.execute(text(_ENDED), {"keys": asked, "publication_id": publication_id})
    return {keys[row.i]: Ended(row.by_publication, row.by_hand) for row in found}


_BY_HAND = """
    select distinct on (k.i) k.i, o.resolved_by is not null as is_by_hand, o.evidence
    from json_to_recordset(cast(:keys as json))
        as k(i int, subject_kind text, subject_id text, rule_id text, slice text)
    join ops.incidents o on (o.subject_id, o.subject_kind, o.rule_id, o.slice)
        = (k.subject_id, k.subject_kind, k.rule_id, k.slice)
    order by k.i, o.incident_id desc
"""


def ended_by_hand(connection: Connection, keys: Sequence[Key]) -> dict[Key, Mapping[str, Any]]:
    """Evidence of the newest incident of each key, where people resolved it. One statement at most."""
    if not keys:
        return {}
    asked = json.dumps([{"i": i, **key._asdict()} for i, key in enumerate(keys)])
    found = connection.execute(text(_BY_HAND), {"keys": asked})
    return {keys[row.i]: row.evidence for row in found if row.is_by_hand}
