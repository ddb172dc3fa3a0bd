import json
from pathlib import Path
from typing import Any

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
    mark = settings.home.parent / "written"
    with database.begin() as connection:
        connection.execute(insert(catalog_state).values(id=1, version=7, headers=[]))
    read = db(
        settings, "query", "select version, '50%' as share, id::text from catalog.state", "--format", "json"
    )
    assert json.loads(read.output) == [{"version": 7, "share": "50%", "id": "1"}]
    for refused, said in (
        ("delete from catalog.state", "reads with"),
        ("select 1; commit; delete from catalog.state", "multiple commands"),
        ("commit; select 1", "reads with"),
        ("/* /* */ select */ copy (select 1) to '{mark}'", "reads with"),
        ("\n-- x\rcopy (select 1) to '{mark}'\nselect 1", "reads with"),
        (
            "(select 1); commit; set default_transaction_read_only = off; delete from catalog.state; commit",
            "multiple commands",
        ),
        ("select 1; commit; begin read write; delete from catalog.state; commit", "multiple commands"),
        ("set session characteristics as transaction read write", "reads with"),
        ("copy (select 1) to program 'touch {mark}'", "reads with"),
        ("/* select */ copy (select 1) to '{mark}'", "reads with"),
        ("\n-- select\ncopy (select 1) to '{mark}'", "reads with"),
        ("do $$ begin copy (select 1) to '{mark}'; end $$", "reads with"),
        ("with gone as (delete from catalog.state returning 1) select * from gone", "read-only transaction"),
        ("explain analyze delete from catalog.state", "read-only transaction"),
        ("", "reads with"),
        ("select 1 from from", 'syntax error at or near "from"'),
        ("selekt 1", "reads with"),
    ):
        found = db(settings, "query", refused.format(mark=mark))
        assert found.exit_code != 0, refused
        assert said in found.output + str(found.exception), refused
    with database.connect() as connection:
        assert connection.scalar(select(catalog_state.c.version)) == 7
    assert not mark.exists()


def test_a_query_has_the_text_as_it_is_typed_and_ends_where_there_is_too_much(
    settings: Settings, database: Engine
) -> None:
    def rows(sql: str) -> Any:
        read = db(settings, "query", sql, "--format", "json")
        assert read.exit_code == 0, read.output + str(read.exception)
        return json.loads(read.output)

    assert rows(
        "select 'at :noon, 5%' as said, '{1,2}'::int[] as list, %s is null as no".replace("%s", "null")
    ) == [{"said": "at :noon, 5%", "list": [1, 2], "no": True}]
    assert rows("\n-- a word\n(values (1)) union all /* another */ values (2)") == [
        {"column1": 1},
        {"column1": 2},
    ]
    assert rows("select '\\x00ff41'::bytea as bytes, 'NaN'::float as odd") == [
        {"bytes": "\\x00ff41", "odd": None}
    ]
    many = db(settings, "query", "select repeat('x', 100) from generate_series(1, 20000)")
    assert many.exit_code != 0
    assert "more than 10,000 rows" in many.output
