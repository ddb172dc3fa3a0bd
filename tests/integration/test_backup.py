from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select

from core.errors import DataError
from schemas.backup import restore
from schemas.tables import catalog_state
from tests.dumps import dumped


def test_a_restored_backup_holds_what_the_database_held_when_it_was_taken(
    database: Engine, database_url: str, tmp_path: Path
) -> None:
    with database.begin() as connection:
        connection.execute(insert(catalog_state).values(id=1, version=7, headers=[]))
    dumped(database_url, tmp_path / "mdl.dump")
    with database.begin() as connection:
        connection.execute(catalog_state.delete())
    database.dispose()

    restore(database_url, tmp_path / "mdl.dump")

    with database.connect() as connection:
        assert connection.scalar(select(catalog_state.c.version)) == 7


def test_a_file_that_is_no_backup_changes_nothing_and_is_named(
    database: Engine, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("not a dump")
    with pytest.raises(DataError, match="pg_restore failed"):
        restore(database_url, tmp_path / "notes.txt")
    with pytest.raises(DataError, match="no such backup"):
        restore(database_url, tmp_path / "missing.dump")
    with database.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(catalog_state)) == 0


def test_a_backup_that_breaks_off_changes_nothing(
    database: Engine, database_url: str, tmp_path: Path
) -> None:
    with database.begin() as connection:
        connection.execute(insert(catalog_state).values(id=1, version=7, headers=[]))
    database.dispose()
    dumped(database_url, tmp_path / "mdl.dump")
    whole = (tmp_path / "mdl.dump").read_bytes()
    for size in (len(whole) - 100, len(whole) // 2, 30):
        (tmp_path / "torn.dump").write_bytes(whole[:size])
        with database.begin() as connection:
            connection.execute(catalog_state.update().values(version=size))
        database.dispose()
        with pytest.raises(DataError, match="pg_restore failed"):
            restore(database_url, tmp_path / "torn.dump")
        with database.connect() as connection:
            assert connection.scalar(select(catalog_state.c.version)) == size
