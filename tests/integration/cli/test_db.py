import json
from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy import Engine, insert, select

from cli.main import cli
from core.settings import Settings
from pipelines.backups.records import backup_records
from schemas.tables import catalog_state


def db(settings: Settings, *arguments: str, **environment: str) -> Result:
    assert settings.database_url is not None
    given = {"MDL_HOME": str(settings.home), "MDL_DATABASE_URL": settings.database_url.get_secret_value()}
    return CliRunner().invoke(cli, ["db", *arguments], env=given | environment)


def test_a_backup_is_taken_verified_and_refused_where_something_is(
    settings: Settings, database: Engine, tmp_path: Path
) -> None:
    with database.begin() as connection:
        connection.execute(insert(catalog_state).values(id=1, version=7, headers=[]))
    taken = db(settings, "backup", MDL_BACKUP_TARGET=str(tmp_path / "kept"))
    assert taken.exit_code == 0, taken.output
    folder, _, said = taken.output.partition(": ")
    assert Path(folder).parent == tmp_path / "kept"
    assert "1 files; publication none, lake version none" in said

    verified = db(settings, "verify", folder)
    assert verified.exit_code == 0, verified.output
    assert verified.output.endswith("lake version none with 0 rows: all as taken\n")

    refused = db(settings, "restore", folder)
    assert "this installation is not empty: table catalog.state has rows" in str(refused.exception)


def test_a_backup_is_verified_and_old_ones_go_with_it_and_their_end_is_noted(
    settings: Settings, database: Engine, tmp_path: Path
) -> None:
    place = {"MDL_BACKUP_TARGET": str(tmp_path / "kept"), "MDL_KEEP_BACKUPS": "1"}
    assert db(settings, "backup", **place).exit_code == 0
    (first,) = (tmp_path / "kept").iterdir()
    said = db(settings, "backup", "--verify", "--prune", **place)
    assert said.exit_code == 0, said.output
    (second,) = (tmp_path / "kept").iterdir()
    assert "all as taken" in said.output
    assert f"deleted: {first.name}" in said.output
    with database.connect() as connection:
        noted = {each.name: each for each in backup_records(connection)}
    assert noted[first.name].deleted_at is not None
    assert noted[second.name].verified_at is not None
    assert noted[second.name].deleted_at is None


def test_without_a_target_backups_go_to_the_home_or_where_one_says(
    settings: Settings, database: Engine, tmp_path: Path
) -> None:
    assert db(settings, "backup").output.startswith(str(settings.home / "backups" / "mdl-"))
    said = db(settings, "backup", "--to", str(tmp_path / "else")).output
    assert said.startswith(str(tmp_path / "else" / "mdl-"))


def test_a_query_prints_what_it_reads_and_can_change_nothing(settings: Settings, database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(insert(catalog_state).values(id=1, version=7, headers=[]))
    read = db(
        settings, "query", "select version, '50%' as share, id::text from catalog.state", "--format", "json"
    )
    assert json.loads(read.output) == [{"version": 7, "share": "50%", "id": "1"}]
    for refused, said in (
        ("delete from catalog.state", "cannot execute DELETE in a read-only transaction"),
        ("select 1; commit; delete from catalog.state", "read-only"),
        ("selekt 1", 'syntax error at or near "selekt"'),
    ):
        found = db(settings, "query", refused)
        assert found.exit_code != 0, refused
        assert said in found.output + str(found.exception), refused
    with database.connect() as connection:
        assert connection.scalar(select(catalog_state.c.version)) == 7
