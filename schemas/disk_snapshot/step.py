"""One step of the snapshot: from one moment of PostgreSQL to a later one, all of it or nothing."""

import json
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, text

from core.errors import TransientError
from schemas.disk_snapshot.contents import (
    GROWS_BY,
    copied_columns,
    copied_tables,
    key_of,
    versions_of,
)
from schemas.migrate import is_newest
from schemas.tables import metric_value_revisions, metric_values

# while nothing changes the snapshot is told to be of now this often
_NOTE_SECONDS = 10
_VERSIONS = """
    select (select coalesce(max(publication_id), 0) from ops.publications) as publication,
           (select version from catalog.state) as catalog,
           (select version from identity.state) as identity,
           (select max(event_id) from ops.incident_events) as alert,
           (select settings_version from ops.server_state) as settings"""
# rows that were ever written, by table: told a few seconds late of what no version tells
_WRITTEN = """
    select schemaname || '.' || relname as name, n_tup_ins + n_tup_upd + n_tup_del as written
    from pg_stat_user_tables where schemaname in ('catalog', 'marts', 'ops', 'identity')"""
# which history it is: another one where somebody restored a backup
_ORIGIN = """
    select (select oid from pg_database where datname = current_database()) || ' ' ||
           coalesce((select created_at::text from ops.publications where publication_id = :publication), '')"""


@dataclass(frozen=True)
class SourceMarks:
    """What was seen of PostgreSQL at a moment; two that are equal mean that nothing is to be copied."""

    versions: dict[str, int | None]
    written: dict[str, int]


@dataclass(frozen=True)
class StepTaken:
    """What a step did: the tables that were looked through, and how long it took; `is_first` filled an empty one."""

    copied: tuple[str, ...]
    seconds: float
    is_first: bool


@dataclass(frozen=True)
class _State:
    taken_at: datetime
    seen: SourceMarks
    origin: str


def take_step(source: Engine, target: Engine) -> StepTaken:
    """Bring the snapshot at `target` up to what is committed at `source`.

    Raises:
        TransientError: `source` has another schema.
    """
    begun = time.monotonic()
    # counted before the moment at which rows are read: what is counted too late is copied with the next step
    with source.connect() as connection:
        if not is_newest(connection):
            raise TransientError("PostgreSQL has another schema than this version of MDL")
        seen = SourceMarks(
            dict(connection.execute(text(_VERSIONS)).mappings().one()),
            {row.name: row.written for row in connection.execute(text(_WRITTEN))},
        )
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with source.connect().execution_options(**options) as primary, target.begin() as snapshot:
        before = _state(snapshot)
        if before is not None and before.origin != _origin(primary, before.seen.versions["publication"]):
            before = None
        moment: datetime = primary.execute(text("select now()")).scalar_one()
        due = [table for table in copied_tables() if before is None or _is_due(table, before.seen, seen)]
        if due:
            # rows come in whatever order: what refers to what is not checked again
            snapshot.execute(text("set local session_replication_role = replica"))
        for table in due:
            _copy(primary, snapshot, table, None if before is None else before.seen)
        if before is None:
            snapshot.execute(text("analyze"))
        is_noted = before is not None and (moment - before.taken_at).total_seconds() < _NOTE_SECONDS
        if due or not is_noted:
            _note(snapshot, moment, seen, _origin(primary, seen.versions["publication"]))
        return StepTaken(tuple(table.fullname for table in due), time.monotonic() - begun, before is None)


def _is_due(table: Table, before: SourceMarks, now: SourceMarks) -> bool:
    name = table.fullname
    return before.written.get(name) != now.written.get(name) or any(
        before.versions[version] != now.versions[version] for version in versions_of(table)
    )


def _copy(primary: Connection, snapshot: Connection, table: Table, before: SourceMarks | None) -> None:
    """Copy what is new where that can be told; all, where it cannot or did not come out even."""
    name = table.fullname
    if before is not None and name in GROWS_BY:
        _copy_new(primary, snapshot, table, before.versions["publication"] or 0)
        count = text(f"select count(*) from {name}")
        if primary.scalar(count) == snapshot.scalar(count):
            return
    snapshot.execute(text(f"delete from {name}"))
    _transfer(primary, snapshot, table, into=name)


def _copy_new(primary: Connection, snapshot: Connection, table: Table, publication: int) -> None:
    """Put the rows that came after a publication, or a number, in place of those with the same keys."""
    name, grows_by = table.fullname, GROWS_BY[table.fullname]
    is_of_publications = grows_by in ("publication_id", "superseded_by")
    known = str(publication)
    if not is_of_publications:
        known = str(snapshot.scalar(text(f"select max({grows_by}) from {name}")) or "")
    if not known:
        return
    if table is metric_values:
        # also what was removed, and has no row in its place
        _stage(
            primary,
            snapshot,
            table,
            "gone",
            f"{metric_value_revisions.fullname} where superseded_by > '{known}'",
        )
    _stage(primary, snapshot, table, "fresh", f"{name} where {grows_by} > '{known}'")
    columns = ", ".join(copied_columns(table))
    snapshot.execute(text(f"insert into {name} ({columns}) select {columns} from fresh_{table.name}"))


def _stage(primary: Connection, snapshot: Connection, table: Table, prefix: str, rows: str) -> None:
    """Copy rows beside the table, and take those with the same keys out of it."""
    staged = f"{prefix}_{table.name}"
    snapshot.execute(text(f"create temp table {staged} (like {table.fullname}) on commit drop"))
    _transfer(primary, snapshot, table, into=staged, rows=rows)
    same = " and ".join(f"t.{column} = s.{column}" for column in key_of(table))
    snapshot.execute(text(f"delete from {table.fullname} t using {staged} s where {same}"))


def _transfer(
    primary: Connection, snapshot: Connection, table: Table, *, into: str, rows: str | None = None
) -> None:
    columns = ", ".join(copied_columns(table))
    reader, writer = _cursor(primary), _cursor(snapshot)
    with (
        reader.copy(f"copy (select {columns} from {rows or table.fullname}) to stdout") as source,
        writer.copy(f"copy {into} ({columns}) from stdin") as target,
    ):
        for block in source:
            target.write(block)


def _cursor(connection: Connection) -> Any:
    return connection.connection.driver_connection.cursor()  # type: ignore[union-attr]  # it is open


def _state(snapshot: Connection) -> _State | None:
    row = snapshot.execute(text("select taken_at, seen from public.snapshot_state")).one_or_none()
    if row is None:
        return None
    return _State(row.taken_at, SourceMarks(row.seen["versions"], row.seen["written"]), row.seen["origin"])


def _note(snapshot: Connection, moment: datetime, seen: SourceMarks, origin: str) -> None:
    snapshot.execute(text("delete from public.snapshot_state"))
    snapshot.execute(
        text("insert into public.snapshot_state values (:moment, cast(:seen as jsonb))"),
        {"moment": moment, "seen": json.dumps({**asdict(seen), "origin": origin})},
    )


def _origin(primary: Connection, publication: int | None) -> str:
    return str(primary.scalar(text(_ORIGIN), {"publication": publication}))
