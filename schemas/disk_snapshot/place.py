"""Where the snapshot lies: its folder, its server, and in it a database per schema version of MDL."""

from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from core.home import keep_private
from core.postgres import running_embedded, start_embedded
from schemas.disk_snapshot.contents import LEFT_OUT, WITHOUT_COLUMNS
from schemas.migrate import migrate, newest_revision

_PREFIX = "snapshot_"
# for a copy that is small and rarely read: what it needs on disk beside its tables
_SERVER = {"max_wal_size": "256MB", "min_wal_size": "64MB", "synchronous_commit": "off"}


def folder(home: Path) -> Path:
    """The snapshot's own folder in the home of an installation."""
    return home / "snapshot"


def snapshot_url(home: Path) -> str | None:
    """URL of the snapshot that this version of MDL can read; None where its server does not run."""
    server = running_embedded(folder(home))
    return None if server is None else _url_of(server, _PREFIX + newest_revision())


def start_server(home: Path) -> str:
    """Start the snapshot's server, or join it, and return its URL.

    Raises:
        TransientError: it did not come up.
    """

    def tighten(own: Path) -> None:
        keep_private(home)
        keep_private(own)

    return start_embedded(folder(home), tighten)


def open_database(server: str) -> Engine:
    """The database of the newest schema on the snapshot's server, made where there is none that is whole."""
    name = _PREFIX + newest_revision()
    engine = create_engine(_url_of(server, name), connect_args={"options": "-c timezone=UTC"})
    with _administering(server) as connection:
        is_there = _databases(connection).count(name)
    if is_there:
        with engine.connect() as connection:
            if connection.scalar(text("select to_regclass('public.snapshot_state')")) is not None:
                return engine
        engine.dispose()
    with _administering(server) as connection:
        for setting, value in _SERVER.items():
            connection.execute(text(f"alter system set {setting} = '{value}'"))
        connection.execute(text("select pg_reload_conf()"))
        connection.execute(text(f"drop database if exists {name} with (force)"))
        connection.execute(text(f"create database {name}"))
    migrate(engine)
    with engine.begin() as connection:
        _fit(connection)
    return engine


def drop_older(server: str) -> None:
    """Drop the databases of other schema versions, once that of this one has its first copy."""
    with _administering(server) as connection:
        for name in _databases(connection):
            if name != _PREFIX + newest_revision():
                connection.execute(text(f"drop database {name} with (force)"))


def _fit(connection: Connection) -> None:
    """Take away what is not copied, so that whoever asks for it learns that, and make the table of the state, last."""
    for table in LEFT_OUT:
        connection.execute(text(f"drop table {table} cascade"))
    for table, columns in WITHOUT_COLUMNS.items():
        for column in columns:
            connection.execute(text(f"alter table {table} drop column {column}"))
    connection.execute(
        text("create table public.snapshot_state (taken_at timestamptz not null, seen jsonb not null)")
    )


def _administering(server: str) -> Connection:
    return create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect()


def _databases(connection: Connection) -> list[str]:
    found = connection.scalars(
        text("select datname from pg_database where starts_with(datname, :prefix)"), {"prefix": _PREFIX}
    )
    return list(found)


def _url_of(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)
