"""Checks of PostgreSQL itself: version, schema, clock, room, connections, locks, bloat."""

from datetime import timedelta

from sqlalchemy import Connection, text

from core.clock import wall_now
from pipelines.doctor.check import Check, Diagnosis, Patient, fault, ok, warning
from schemas.migrate import newest_revision, stored_revision

OLDEST_POSTGRES = 14
LONGEST_TRANSACTION = timedelta(hours=1)
LONGEST_WAIT = timedelta(minutes=5)
LEAST_CONNECTIONS = 10
# dead rows that vacuum has not taken away, beside as many that live
LEAST_DEAD = 100_000
_SECONDS_OFF, _SECONDS_WRONG = 2, 30

_OLD_TRANSACTIONS = """
    select pid, coalesce(application_name, '') as name, extract(epoch from now() - xact_start) as seconds
    from pg_stat_activity
    where xact_start < clock_timestamp() - make_interval(secs => :longest) and pid <> pg_backend_pid()
      and datname = current_database() and backend_type = 'client backend'
    order by xact_start
"""
_WAITING = """
    select a.pid, extract(epoch from clock_timestamp() - a.state_change) as seconds,
           array_to_string(pg_blocking_pids(a.pid), ', ') as blockers
    from pg_stat_activity a
    where a.datname = current_database() and a.wait_event_type = 'Lock'
      and a.state_change < clock_timestamp() - make_interval(secs => :longest)
    order by a.state_change
"""
_BLOATED = """
    select schemaname || '.' || relname as name, n_dead_tup as dead, n_live_tup as live
    from pg_stat_user_tables where n_dead_tup > greatest(:least, n_live_tup) order by n_dead_tup desc
"""
_CONNECTIONS = """
    select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as most,
           (select count(*) from pg_stat_activity where backend_type = 'client backend') as used
"""


def postgres_version(_patient: Patient, connection: Connection) -> Diagnosis:
    """Whether this PostgreSQL is one that MDL is made for."""
    number = int(str(connection.scalar(text("show server_version_num"))))
    if number // 10_000 < OLDEST_POSTGRES:
        return fault(f"PostgreSQL {number // 10_000}", f"move to PostgreSQL {OLDEST_POSTGRES} or newer")
    return ok(f"PostgreSQL {number // 10_000}.{number % 10_000}")


def migrations(_patient: Patient, connection: Connection) -> Diagnosis:
    """Whether the database has the schema of this MDL."""
    found, newest = stored_revision(connection), newest_revision()
    if found is None:
        return fault("the database has no tables of MDL", "`mdl db migrate` makes them")
    if found < newest:
        return fault(f"schema {found} in place of {newest}", "`mdl db backup`, then `mdl db migrate`")
    if found > newest:
        return fault(f"schema {found} is newer than {newest} of this MDL", "install the newer MDL here too")
    return ok(f"schema {found}")


def clock(_patient: Patient, connection: Connection) -> Diagnosis:
    """Whether this machine and PostgreSQL tell the same time: PostgreSQL's is to lie between asking and answer."""
    asked = wall_now()
    told = connection.execute(text("select clock_timestamp()")).scalar_one()
    off = max((asked - told).total_seconds(), (told - wall_now()).total_seconds(), 0)
    said = f"{off:.1f} seconds between this machine and PostgreSQL"
    if off > _SECONDS_WRONG:
        return fault(said, "let both set their clocks by NTP: what is due, and tokens, go by them")
    if off > _SECONDS_OFF:
        return warning(said, "let both set their clocks by NTP")
    return ok(said)


def database_time_zone(patient: Patient, connection: Connection) -> Diagnosis:
    """Whether PostgreSQL knows the reporting zone."""
    zone = patient.settings.timezone
    known = connection.scalar(
        text("select count(*) from pg_timezone_names where name = :zone"), {"zone": zone}
    )
    return ok(zone) if known else fault(f"PostgreSQL does not know {zone}", "update its time zone data")


def database_size(_patient: Patient, connection: Connection) -> Diagnosis:
    """How large the database is, and whether it can be written to."""
    size = int(connection.execute(text("select pg_database_size(current_database())")).scalar_one())
    standby = connection.scalar(text("select pg_is_in_recovery()"))
    # sessions of checks are read-only themselves: what the server says of others is asked for
    stored = connection.scalar(
        text(
            "select count(*) from pg_db_role_setting s, unnest(s.setconfig) each "
            "where each = 'default_transaction_read_only=on' and s.setdatabase in "
            "(0, (select oid from pg_database where datname = current_database()))"
        )
    )
    if standby or stored:
        return fault(
            "the database takes no writes",
            "name the primary in MDL_DATABASE_URL; see why it was made read-only",
        )
    return ok(f"{size / 10**9:.2f} GB")


def connections(_patient: Patient, connection: Connection) -> Diagnosis:
    """Whether PostgreSQL has connections left."""
    row = connection.execute(text(_CONNECTIONS)).one()
    said = f"{row.most - row.used} of {row.most} connections free"
    if row.most - row.used < LEAST_CONNECTIONS:
        return warning(said, "raise max_connections, or let fewer workers serve")
    return ok(said)


def long_transactions(_patient: Patient, connection: Connection) -> Diagnosis:
    """Whether a transaction is open for so long that nothing can be cleaned up."""
    longest = {"longest": LONGEST_TRANSACTION.total_seconds()}
    rows = connection.execute(text(_OLD_TRANSACTIONS), longest).all()
    if rows:
        said = ", ".join(
            f"process {row.pid} ({row.name}) for {row.seconds / 60:.0f} minutes" for row in rows[:3]
        )
        return warning(said, "see what it does; `select pg_terminate_backend(PID)` ends it")
    return ok("none")


def locks(_patient: Patient, connection: Connection) -> Diagnosis:
    """Whether somebody waits long for a lock."""
    rows = connection.execute(text(_WAITING), {"longest": LONGEST_WAIT.total_seconds()}).all()
    if rows:
        said = ", ".join(f"process {row.pid} waits for {row.blockers}" for row in rows[:3])
        return warning(said, "see what the other does; `select pg_terminate_backend(PID)` ends it")
    return ok("nobody waits long")


def bloat(_patient: Patient, connection: Connection) -> Diagnosis:
    """Whether tables hold more dead rows than living ones."""
    rows = connection.execute(text(_BLOATED), {"least": LEAST_DEAD}).all()
    if rows:
        said = ", ".join(f"{row.name} ({row.dead:,} dead, {row.live:,} alive)" for row in rows[:3])
        return warning(
            said, "see that autovacuum is on and no transaction is left open; `vacuum (analyze)` helps now"
        )
    return ok("vacuum keeps up")


CHECKS = (
    Check("postgres_version", "version of PostgreSQL", look_in_database=postgres_version),
    Check("migrations", "whether the schema is older or newer than this MDL", look_in_database=migrations),
    Check("clock", "this machine's clock against PostgreSQL's", look_in_database=clock),
    Check(
        "database_time_zone", "whether PostgreSQL knows `MDL_TIMEZONE`", look_in_database=database_time_zone
    ),
    Check(
        "database_size", "size of the database, and whether it takes writes", look_in_database=database_size
    ),
    Check("connections", "free connections", look_in_database=connections),
    Check("long_transactions", "transactions open for more than an hour", look_in_database=long_transactions),
    Check("locks", "waiting for a lock for more than five minutes", look_in_database=locks),
    Check("bloat", "dead rows that vacuum does not take away", look_in_database=bloat),
)
