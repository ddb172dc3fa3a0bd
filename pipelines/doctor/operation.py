"""Checks of what runs: publications, runs, sensors, daemon, messages, keys, files, reports, backups."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, text

from pipelines.backups.records import backup_records
from pipelines.doctor.check import Check, Diagnosis, Patient, fault, ok, warning
from pipelines.lake import Lake
from schemas.alerting.heartbeats import is_silent
from schemas.tables import heartbeats

_STUCK, _NOT_STARTED = timedelta(hours=6), timedelta(minutes=15)
_DAEMON_SILENT = timedelta(minutes=5)
_SOON = timedelta(days=14)
_OLD_BACKUP = timedelta(days=2)
_OLD_UPKEEP = timedelta(days=3)

_UNFINISHED = """
    select run_id, pipeline_name as job, status,
           extract(epoch from :now - coalesce(to_timestamp(start_time), create_timestamp at time zone 'UTC')) as seconds
    from dagster.runs where status in ('STARTED', 'STARTING', 'CANCELING', 'NOT_STARTED')
"""
_DEAD = "select target, count(*) as n from ops.deliveries where state = 'dead' group by 1 order by 2 desc"
_UNDELIVERED = """
    select target, max(attempts) as n from ops.deliveries
    where state in ('waiting', 'sending') and attempts >= 3 group by 1 order by 2 desc
"""
_KEYS = """
    select u.username || '/' || k.name as name, k.expires_at <= :now as has_ended
    from identity.api_keys k join identity.users u using (user_id)
    where k.revoked_at is null and u.is_active and k.expires_at < :soon and k.expires_at > :gone order by k.expires_at
"""
_ADMINISTRATORS = "select count(*) from identity.users where role = 'admin' and is_active"
_FIRST_PASSWORDS = """
    select username from identity.users
    where must_change_password and is_active and created_at < :before order by username
"""
_REFUSED = """
    select source_id, count(*) as n from ops.ingested_files where status in ('rejected', 'lost')
    group by 1 order by 2 desc
"""
_DAMAGED = """
    select run_id || '/' || name as name from ops.report_archive
    where encode(sha256(content), 'hex') <> content_hash or octet_length(content) <> size_bytes
"""
_LAST_UPKEEP = """
    select max(to_timestamp(end_time)) from dagster.runs where pipeline_name = 'upkeep' and status = 'SUCCESS'
"""
_FIRST_RUN = "select min(to_timestamp(start_time)) from dagster.runs"


def publication(_patient: Patient, connection: Connection) -> Diagnosis:
    """Whether there are numbers."""
    row = connection.execute(
        text("select publication_id, created_at from ops.publications order by publication_id desc limit 1")
    ).one_or_none()
    if row is None:
        return warning("nothing was published yet", "`mdl run` computes and publishes")
    return ok(f"publication {row.publication_id} of {row.created_at:%Y-%m-%d %H:%M} UTC")


def lake_version(patient: Patient, connection: Connection) -> Diagnosis:
    """Whether the lake has the version that the newest publication was computed from."""
    wanted = connection.scalar(
        text("select lake_version from ops.publications order by publication_id desc limit 1")
    )
    found = Lake(patient.settings.lake_path).version()
    if wanted is not None and (found is None or found < wanted):
        return fault(
            f"the newest publication rests on version {wanted}, the lake has {'none' if found is None else found}",
            "restore a backup; or move MDL_HOME/lake aside: the next run reads the landing zone anew",
        )
    return ok(f"version {found}, of the publication {wanted}")


def runs(patient: Patient, connection: Connection) -> Diagnosis:
    """Whether runs hang."""
    if not _has(connection, "dagster.runs"):
        return ok("none yet")
    rows = connection.execute(text(_UNFINISHED), {"now": patient.now}).all()
    stuck = [
        row
        for row in rows
        if row.seconds > (_STUCK if row.status == "STARTED" else _NOT_STARTED).total_seconds()
    ]
    if stuck:
        said = ", ".join(f"{row.job} {row.run_id[:8]} ({row.status})" for row in stuck[:3])
        return fault(
            said, "look at its log in Dagster and terminate it; `mdl run` marks those of killed commands"
        )
    return ok(f"{len(rows)} under way")


def sensors(patient: Patient, connection: Connection) -> Diagnosis:
    """Whether sensors do their work."""
    wanted = select(heartbeats.c.name).where(is_silent(patient.now)).order_by(heartbeats.c.name)
    silent = connection.scalars(wanted).all()
    if silent:
        return fault(
            f"silent: {', '.join(silent)}", "see that `mdl up` runs, and the sensors' errors in Dagster"
        )
    known = connection.scalar(text("select count(*) from ops.heartbeats"))
    return ok(f"{known} beat" if known else "none ever ran: `mdl up` runs them")


def daemon(patient: Patient, connection: Connection) -> Diagnosis:
    """Whether Dagster's daemon lives, where it ever did."""
    if not _has(connection, "dagster.daemon_heartbeats"):
        return ok("none ever ran")
    last = connection.scalar(text("select max(timestamp) at time zone 'UTC' from dagster.daemon_heartbeats"))
    if last is not None and patient.now - last > _DAEMON_SILENT:
        return fault(f"silent since {last:%Y-%m-%d %H:%M} UTC", "start `mdl up`, or the daemon's container")
    return ok("none ever ran" if last is None else f"beat at {last:%H:%M:%S} UTC")


def undelivered(_patient: Patient, connection: Connection) -> Diagnosis:
    """Whether channels cannot be reached."""
    rows = connection.execute(text(_UNDELIVERED)).all()
    if rows:
        return warning(
            f"tried again and again: {_counted(rows, 'target')}", "see why in `mdl alerts deliveries`"
        )
    return ok("every channel answers")


def dead_letters(_patient: Patient, connection: Connection) -> Diagnosis:
    """Whether messages were given up."""
    rows = connection.execute(text(_DEAD)).all()
    if rows:
        return warning(
            f"given up: {_counted(rows, 'target')}", "mend the channel; `mdl alerts deliveries` says why"
        )
    return ok("none")


def api_keys(patient: Patient, connection: Connection) -> Diagnosis:
    """Whether keys of programs ended in the last two weeks, or will in the next."""
    times = {"now": patient.now, "soon": patient.now + _SOON, "gone": patient.now - _SOON}
    rows = connection.execute(text(_KEYS), times).all()
    if rows:
        said = ", ".join(f"{row.name} {'has ended' if row.has_ended else 'ends soon'}" for row in rows[:5])
        return warning(said, "make new ones on the page of one's account, and hand them to the programs")
    return ok("none ends soon")


def administrators(_patient: Patient, connection: Connection) -> Diagnosis:
    """Whether anybody can administer it."""
    count = connection.scalar(text(_ADMINISTRATORS))
    if not count:
        return warning("nobody is an active administrator", "`mdl users create NAME --role admin`")
    return ok(f"{count}")


def first_passwords(patient: Patient, connection: Connection) -> Diagnosis:
    """Whether one-time passwords lie about for more than a week."""
    found = connection.scalars(text(_FIRST_PASSWORDS), {"before": patient.now - timedelta(days=7)}).all()
    if found:
        return warning(
            f"never replaced by {', '.join(found[:5])}", "`mdl users reset-password NAME`, or deactivate them"
        )
    return ok("all replaced")


def refused_files(_patient: Patient, connection: Connection) -> Diagnosis:
    """Whether deliveries were refused or lost."""
    rows = connection.execute(text(_REFUSED)).all()
    if rows:
        return warning(
            f"refused or lost: {_counted(rows, 'source_id')}", "`mdl events files --state rejected` says why"
        )
    return ok("none")


def report_archive(_patient: Patient, connection: Connection) -> Diagnosis:
    """Whether archived reports are as they were sent."""
    damaged = connection.scalars(text(_DAMAGED)).all()
    if damaged:
        return fault(
            f"not as they were sent: {', '.join(damaged[:3])}",
            "restore them from a backup: they cannot be made again",
        )
    return ok("as they were sent")


def upkeep(patient: Patient, connection: Connection) -> Diagnosis:
    """Whether what is older than the settings keep is deleted."""
    first = connection.scalar(text(_FIRST_RUN)) if _has(connection, "dagster.runs") else None
    if first is None or patient.now - first < _OLD_UPKEEP:
        return ok("not due yet")
    last = connection.scalar(text(_LAST_UPKEEP))
    if last is None or patient.now - last > _OLD_UPKEEP:
        since = "never" if last is None else f"last on {last:%Y-%m-%d}"
        return warning(f"upkeep ran {since}", "see that `mdl up` runs and the schedule nightly_upkeep is on")
    return ok(f"last on {last:%Y-%m-%d}")


def backup_age(patient: Patient, connection: Connection) -> Diagnosis:
    """Whether there is a backup of the last two days."""
    whole = [each for each in backup_records(connection) if not each.error and not each.deleted_at]
    if not whole:
        return warning("there is none", "set MDL_BACKUP_TARGET, or `mdl db backup` by your own clock")
    said = f"{whole[0].name} of {whole[0].begun_at:%Y-%m-%d %H:%M} UTC"
    if patient.now - whole[0].begun_at > _OLD_BACKUP:
        return warning(
            f"the newest is {said}", "see why the job backup failed; `mdl db backup` takes one now"
        )
    return ok(said)


def backup_verified(_patient: Patient, connection: Connection) -> Diagnosis:
    """Whether the newest backup could be restored."""
    kept = [each for each in backup_records(connection) if not each.deleted_at]
    if not kept:
        return ok("there is none")
    newest = kept[0]
    if newest.error or newest.fault:
        return fault(
            f"{newest.name}: {newest.error or newest.fault}", "mend the reason, then `mdl db backup`"
        )
    if newest.verified_at is None:
        return warning(f"{newest.name} was never restored", f"`mdl db verify {newest.location}`")
    return ok(f"{newest.name} on {newest.verified_at:%Y-%m-%d %H:%M} UTC")


def _has(connection: Connection, table: str) -> bool:
    return connection.scalar(text("select to_regclass(:name)"), {"name": table}) is not None


def _counted(rows: Iterable[Row[Any]], column: str) -> str:
    return ", ".join(f"{getattr(row, column)} ({row.n})" for row in list(rows)[:5])


CHECKS = (
    Check("publication", "whether anything was published", look_in_database=publication),
    Check(
        "lake_version", "whether the lake has what the publication rests on", look_in_database=lake_version
    ),
    Check("runs", "runs that hang", look_in_database=runs),
    Check("sensors", "sensors that are silent", look_in_database=sensors),
    Check("daemon", "heartbeat of Dagster's daemon", look_in_database=daemon),
    Check("undelivered", "channels that cannot be reached", look_in_database=undelivered),
    Check("dead_letters", "messages that were given up", look_in_database=dead_letters),
    Check("api_keys", "keys that ended, or end within two weeks", look_in_database=api_keys),
    Check("administrators", "whether there is an active administrator", look_in_database=administrators),
    Check("first_passwords", "one-time passwords older than a week", look_in_database=first_passwords),
    Check("refused_files", "files that were refused or lost", look_in_database=refused_files),
    Check("report_archive", "whether archived reports have their bytes", look_in_database=report_archive),
    Check("upkeep", "whether upkeep deletes what settings do not keep", look_in_database=upkeep),
    Check("backup_age", "a backup of the last two days", look_in_database=backup_age),
    Check("backup_verified", "whether the newest backup could be restored", look_in_database=backup_verified),
)
