"""Backups of the embedded server in the oldest PostgreSQL that is at hand; left out where none is installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, insert, select

from schemas.backup import restore
from schemas.tables import catalog_state
from tests.conftest import free_port
from tests.dumps import dumped
from tests.servers import started

OLDER = sorted(Path("/usr/lib/postgresql").glob("1[45]/bin"))


@pytest.fixture
def older_url() -> Iterator[str]:
    """A server of an older PostgreSQL."""
    if not OLDER:
        pytest.skip("no PostgreSQL 14 or 15 is installed")
    with started(OLDER[0], free_port()) as url:
        yield url


def test_a_backup_of_the_embedded_server_is_restored_into_an_older_one_and_back(
    database: Engine, database_url: str, older_url: str, tmp_path: Path
) -> None:
    with database.begin() as connection:
        connection.execute(insert(catalog_state).values(id=1, version=7, headers=[]))
    database.dispose()
    dumped(database_url, tmp_path / "new.dump")
    for _ in range(2):  # into an empty database, then over what is there
        restore(older_url, tmp_path / "new.dump")
    older = create_engine(older_url)
    with older.begin() as connection:
        assert connection.scalar(select(catalog_state.c.version)) == 7
        connection.execute(catalog_state.update().values(version=8))
    dumped(older_url, tmp_path / "old.dump")
    older.dispose()
    restore(database_url, tmp_path / "old.dump")
    with database.connect() as connection:
        assert connection.scalar(select(catalog_state.c.version)) == 8
