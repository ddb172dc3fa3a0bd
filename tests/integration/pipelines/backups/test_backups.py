"""Backups of a shop: taken, damaged, restored into an empty place, and verified."""

import shutil
import stat
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import URL, create_engine, insert, make_url, select

from core.errors import ConfigurationError, DataError, TransientError
from core.settings import Settings, load_settings
from pipelines.backups.manifest import Manifest, written
from pipelines.backups.place import backups_at, folder_at
from pipelines.backups.records import backup_records
from pipelines.backups.restore import restore_backup, restore_dump
from pipelines.backups.take import Taken, take_backup
from pipelines.backups.verify import verify_and_note
from pipelines.lake import Lake
from schemas.locks import Lock, session, try_take
from schemas.tables import catalog_state
from tests.conftest import administer, copy_database
from tests.dumps import dumped
from tests.integration.pipelines.shop import Shop

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def taken(shop: Shop, location: str | Path, now: datetime = NOON) -> Taken:
    return take_backup(shop.settings, shop.engine, str(location), now, lambda: pytest.fail("somebody writes"))


@pytest.fixture(scope="module")
def _template_of_filled(
    tmp_path_factory: pytest.TempPathFactory, postgres_url: str, _template: str
) -> Iterator[tuple[Path, str]]:
    """What `filled` copies, as a home and a database: validation takes longer than most tests."""
    root, name = tmp_path_factory.mktemp("filled"), f"{_template}_filled"
    copy_database(postgres_url, name, _template)
    url = make_url(postgres_url).set(database=name)
    shop = Shop(_settings(root, url), create_engine(url))
    shop.deliver("one.csv", "2026-03-01 09:00,DE,10,a", "2026-03-02 09:00,FR,20,b", "never,FR,1,c")
    shop.run()
    shop.deliver("two.csv", "2026-03-03 09:00,DE,30,d")
    shop.run()
    shop.deliver("three.csv", "2026-03-04 09:00,DE,40,e")
    shop.stage()
    with shop.engine.begin() as connection:
        connection.execute(insert(catalog_state).values(id=1, version=7, headers=[]))
    shop.engine.dispose()
    yield root, name
    administer(postgres_url, f"drop database {name} with (force)")


def _settings(root: Path, url: URL) -> Settings:
    return load_settings(
        home=root / "home",
        landing=str(root / "landing"),
        database_url=url.render_as_string(hide_password=False),
    )


@pytest.fixture
def filled(tmp_path: Path, postgres_url: str, _template_of_filled: tuple[Path, str]) -> Iterator[Shop]:
    """A shop with three rows in the lake, one refused, a file that waits for validation, and a catalog."""
    template, database = _template_of_filled
    name = f"filled_{uuid.uuid4().hex[:12]}"
    copy_database(postgres_url, name, database)
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    url = make_url(postgres_url).set(database=name)
    shop = Shop(_settings(tmp_path, url), create_engine(url))
    yield shop
    shop.engine.dispose()
    administer(postgres_url, f"drop database {name} with (force)")


@pytest.fixture
def empty(filled: Shop, tmp_path: Path, new_database: Callable[[], str]) -> Iterator[Shop]:
    """Another installation, with nothing in it but empty tables."""
    url = new_database()
    settings = filled.settings.model_copy(update={"home": tmp_path / "other", "database_url": SecretStr(url)})
    engine = create_engine(url)
    yield Shop(settings, engine, clock=filled.clock)
    engine.dispose()


@pytest.mark.parametrize("location", ["backups", "file", "memory"])
def test_a_backup_restored_into_an_empty_place_holds_what_was_there(
    location: str, filled: Shop, empty: Shop, tmp_path: Path
) -> None:
    places = {"backups": "backups", "file": f"file://{tmp_path}/b", "memory": f"memory://{tmp_path.name}"}
    backup = taken(filled, places[location])
    where = f"{places[location]}/{backup.folder.name}"
    assert (backup.manifest.catalog_version, backup.manifest.lake_rows) == (7, {"order": 3})
    assert backup.manifest.lake_version == Lake(filled.settings.lake_path).version()

    restore_backup(empty.settings, empty.engine, where)

    assert empty.live() == filled.live() == [("09:00", 10.0), ("09:00", 20.0), ("09:00", 30.0)]
    assert list(empty.reasons()) == list(filled.reasons())
    assert empty.staged() == filled.staged()
    assert [empty.run().accepted_rows, filled.run().accepted_rows] == [1, 1], "the file that waited"
    assert empty.live() == filled.live()


def test_runs_after_a_restore_know_what_changed_since(filled: Shop, empty: Shop) -> None:
    version = Lake(filled.settings.lake_path).version()
    assert version is not None
    backup = taken(filled, "backups")
    restore_backup(empty.settings, empty.engine, f"backups/{backup.folder.name}")
    before, after = Lake(filled.settings.lake_path), Lake(empty.settings.lake_path)
    assert after.changes(version - 1) == before.changes(version - 1) != {}
    empty.stage()
    assert empty.stage().staged == [], "what was read is not read again"


def test_files_of_versions_before_are_left_out(filled: Shop) -> None:
    filled.deliver("one.csv", "2026-03-01 09:00,DE,11,a")
    filled.run()
    manifest = taken(filled, "backups").manifest
    parquet = {name for name in manifest.files if name.startswith("lake/") and name.endswith(".parquet")}
    assert parquet == {f"lake/{file.path}" for file in Lake(filled.settings.lake_path).files()}
    assert len(parquet) < len(list(filled.settings.lake_path.rglob("event=*/**/*.parquet")))


def test_a_lake_goes_back_to_a_moment_when_its_log_is_cut_there(filled: Shop) -> None:
    before, version = filled.live(), Lake(filled.settings.lake_path).version()
    assert version is not None
    filled.deliver("one.csv", "2026-03-01 09:00,DE,11,a")
    filled.run()
    assert filled.live() != before
    for path in (filled.settings.lake_path / "_delta_log").glob("*.json"):
        if int(path.name[:20]) > version:
            path.unlink()
    assert (Lake(filled.settings.lake_path).version(), filled.live()) == (version, before)


def test_a_backup_on_disk_is_its_owners_alone(filled: Shop) -> None:
    backup = taken(filled, "backups")
    paths = [Path(backup.folder.path), *Path(backup.folder.path).rglob("*")]
    rights = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in paths}
    assert rights == {(True, 0o700), (False, 0o600)}


def damage(path: Path, how: str) -> None:
    if how == "missing":
        path.unlink()
    elif how == "short":
        path.write_bytes(path.read_bytes()[:-1])
    else:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)


@pytest.mark.parametrize(
    ("how", "said"),
    [("missing", "is missing"), ("short", "has [0-9,]+ bytes in place of"), ("bit", "sha256")],
)
def test_a_damaged_backup_is_refused_with_the_file_and_the_reason_and_changes_nothing(
    how: str, said: str, filled: Shop, empty: Shop
) -> None:
    whole = Path(taken(filled, "backups").folder.path)
    lake = next(whole.glob("lake/event=*/*/*.parquet"))
    log = next(whole.glob("lake/_delta_log/*.json"))
    staged = next(whole.glob("staging/*.parquet"))
    for file in (lake, log, staged, whole / "database.dump"):
        name = file.relative_to(whole)
        torn = whole.with_name(f"torn-{file.name}")
        shutil.copytree(whole, torn)
        damage(torn / name, how)
        with pytest.raises(DataError, match=f"{name}.*{said}"):
            restore_backup(empty.settings, empty.engine, str(torn))
    restore_backup(empty.settings, empty.engine, str(whole))


def changed(manifest: Manifest, **changes: object) -> bytes:
    return written(manifest.model_copy(update=changes))


def test_a_manifest_that_is_not_as_written_is_refused(filled: Shop, empty: Shop) -> None:
    backup = taken(filled, "backups")
    path = Path(backup.folder.path) / "manifest.json"
    stranger = {"../../etc/passwd": next(iter(backup.manifest.files.values()))}
    hostile = {**backup.manifest.files, **{f"lake/{name}": stored for name, stored in stranger.items()}}
    for content, said in [
        (path.read_bytes()[:-10], "manifest.json is damaged: it is not what MDL writes"),
        (b"[]", "manifest.json is damaged: it is not what MDL writes"),
        (
            path.read_bytes().replace(b'"catalog_version": 7', b'"catalog_version": 8'),
            "changed after it was written",
        ),
        (changed(backup.manifest, schema_revision="9999"), "schema 9999 .* newer than .*update MDL first"),
        (changed(backup.manifest, format=2), "has format 2, this MDL reads 1"),
        (changed(backup.manifest, files=hostile), "is no file of a backup"),
    ]:
        path.write_bytes(content)
        with pytest.raises(DataError, match=said):
            restore_backup(empty.settings, empty.engine, backup.folder.path)
    path.unlink()
    with pytest.raises(DataError, match=r"no whole backup: it has no manifest.json"):
        restore_backup(empty.settings, empty.engine, backup.folder.path)
    assert empty.books("select * from ops.ingested_files") == []
    assert not empty.settings.lake_path.exists()


def test_what_differs_from_the_manifest_is_told_by_table(filled: Shop, empty: Shop) -> None:
    backup = taken(filled, "backups")
    tables = dict(backup.manifest.tables)
    tables["catalog.state"] = tables["catalog.state"].model_copy(update={"digest": "0"})
    tables["ops.ingested_files"] = tables["ops.ingested_files"].model_copy(update={"rows": 9})
    path = Path(backup.folder.path) / "manifest.json"
    path.write_bytes(changed(backup.manifest, tables=tables, lake_rows={"order": 4}))
    with pytest.raises(DataError) as refused:
        restore_backup(empty.settings, empty.engine, backup.folder.path)
    assert str(refused.value).splitlines()[1:] == [
        "  table catalog.state: its rows are others",
        "  table ops.ingested_files: 3 rows, 9 in the backup",
        "  the lake has rows {'order': 3}, {'order': 4} in the backup",
    ]


def test_a_place_that_is_not_empty_is_left_alone(filled: Shop, empty: Shop) -> None:
    backup = taken(filled, "backups")
    with pytest.raises(DataError, match=r"not empty: table catalog.state has rows, table ops.backups"):
        restore_backup(filled.settings, filled.engine, backup.folder.path)
    empty.settings.lake_path.mkdir(parents=True)
    (empty.settings.lake_path / "notes.txt").write_text("mine")
    with pytest.raises(DataError, match=r"not empty: .*events holds files"):
        restore_backup(empty.settings, empty.engine, backup.folder.path)
    assert (empty.settings.lake_path / "notes.txt").read_text() == "mine"


def test_a_restore_that_the_database_refuses_leaves_no_lake(filled: Shop, empty: Shop) -> None:
    backup = taken(filled, "backups")
    with empty.engine.begin() as connection:
        connection.exec_driver_sql(
            "drop schema ops cascade; create schema ops; create table ops.mine (id int)"
        )
        connection.exec_driver_sql("create view public.theirs as select 1 as one")
        connection.exec_driver_sql("create function catalog.f() returns int language sql as 'select 1'")
    whole = (Path(backup.folder.path) / "database.dump").read_bytes()
    half = backup.folder.write("database.dump", BytesIO(whole[: len(whole) // 2]))
    files = backup.manifest.files | {"database.dump": half}
    (Path(backup.folder.path) / "manifest.json").write_bytes(changed(backup.manifest, files=files))
    with pytest.raises(DataError, match="pg_restore failed"):
        restore_backup(empty.settings, empty.engine, backup.folder.path)
    assert not empty.settings.lake_path.exists()


def test_an_interrupted_backup_is_never_whole_and_its_failure_is_kept(filled: Shop, empty: Shop) -> None:
    lost = filled.settings.lake_path / Lake(filled.settings.lake_path).files()[0].path
    lost.unlink()
    with pytest.raises(DataError, match=f"{lost.name} is missing: the lake is damaged"):
        taken(filled, "backups")
    (begun,) = backups_at("backups")
    assert not begun.is_whole()
    with pytest.raises(DataError, match="no whole backup"):
        restore_backup(empty.settings, empty.engine, begun.path)
    with filled.engine.connect() as connection:
        (record,) = backup_records(connection)
    assert record.error is not None
    assert (record.name, record.size_bytes, record.error.endswith("see `mdl doctor`")) == (
        begun.name,
        None,
        True,
    )


def test_two_backups_at_once_are_refused(filled: Shop) -> None:
    with session(filled.engine) as connection:
        assert try_take(connection, Lock.BACKUP)
        with pytest.raises(DataError, match="another backup is being taken"):
            taken(filled, "backups")


def test_verifying_restores_into_a_server_of_its_own_and_notes_what_it_found(filled: Shop) -> None:
    backup = taken(filled, "backups")
    verify_and_note(filled.settings, filled.engine, backup.folder.path, NOON + timedelta(hours=1))
    with filled.engine.connect() as connection:
        (record,) = backup_records(connection)
    assert (record.verified_at, record.fault) == (NOON + timedelta(hours=1), None)
    assert (record.size_bytes, record.lake_version) == (backup.manifest.size, backup.manifest.lake_version)

    damage(Path(backup.folder.path) / "database.dump", "bit")
    with pytest.raises(DataError, match=r"database.dump is damaged"):
        verify_and_note(filled.settings, filled.engine, backup.folder.path, NOON + timedelta(hours=2))
    with filled.engine.connect() as connection:
        (record,) = backup_records(connection)
    assert record.verified_at == NOON + timedelta(hours=2)
    assert "database.dump is damaged" in str(record.fault)


def test_places_are_named_without_passwords_and_unknown_ones_refused(tmp_path: Path) -> None:
    assert folder_at("memory://me:secret@host/backups?key=x").shown == "memory://host/backups"
    with pytest.raises(ConfigurationError, match="nowhere://host/b cannot be used for backups"):
        folder_at("nowhere://me:secret@host/b")


def test_a_place_that_cannot_be_written_to_is_told(filled: Shop, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(TransientError, match=r"file/mdl-.* cannot be written: "):
        taken(filled, tmp_path / "file")


def test_a_dump_of_an_older_mdl_is_restored_without_a_lake(filled: Shop, empty: Shop) -> None:
    dumped(filled.engine.url.render_as_string(hide_password=False), Path("old.dump"))
    restore_dump(empty.settings, empty.engine, Path("old.dump"))
    with empty.engine.connect() as connection:
        assert connection.scalar(select(catalog_state.c.version)) == 7
    with pytest.raises(DataError, match="not empty"):
        restore_dump(empty.settings, empty.engine, Path("old.dump"))
