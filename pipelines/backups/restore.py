"""Bringing a backup back into an empty place: all of it, exactly as it was taken, or nothing."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, text

from core.database import connect, database_url
from core.errors import DataError
from core.home import keep_private
from core.postgres import remove_embedded
from core.settings import Settings
from pipelines.backups import contents
from pipelines.backups.manifest import DUMP, Manifest, read_manifest
from pipelines.backups.place import folder_at
from pipelines.lake import Lake
from pipelines.locks import writing
from schemas import backup as tools
from schemas.migrate import migrate
from schemas.tables import SCHEMAS


def restore_backup(settings: Settings, engine: Engine, location: str) -> Manifest:
    """Restore the backup at a path or URL into the installation of `settings`, and bring it to the newest schema.

    Every file is fetched and found whole before anything is changed. What stands in the database and the lake
    afterwards is compared with the manifest.

    Raises:
        DataError: the backup is damaged or of a newer MDL, or the place is not empty: nothing was changed. Or what came
            out differs.
    """
    folder = folder_at(location)
    manifest = read_manifest(folder)
    keep_private(settings.home)
    with writing(engine, _refuse):
        _insist_on_emptiness(settings, engine)
        with TemporaryDirectory(prefix="restoring-", dir=settings.home) as fetched:
            for name, stored in manifest.files.items():
                folder.fetch(name, Path(fetched) / name, stored)
            _put(settings, engine, Path(fetched))
        differences = _differences(settings, engine, manifest)
    if differences:
        raise DataError("\n".join([f"what was restored of {folder.shown} differs from it:", *differences]))
    migrate(engine)
    return manifest


def restore_dump(settings: Settings, engine: Engine, dump: Path) -> None:
    """Restore a file of an older MDL, which holds the database alone, into an installation that is empty.

    Raises:
        DataError: the place is not empty, or the file is no whole dump.
    """
    with writing(engine, _refuse):
        _insist_on_emptiness(settings, engine)
        _drop_empty_schemas(engine)
        tools.restore(database_url(settings), dump)
    migrate(engine)


def verify_backup(location: str, settings: Settings) -> Manifest:
    """Restore a backup into a temporary folder with a PostgreSQL of its own, compare, and remove it again.

    Raises:
        DataError: it could not be restored, or what came out differs; with the reason.
    """
    with TemporaryDirectory(prefix="mdl-verify-") as home:
        own = settings.model_copy(
            update={"home": Path(home), "database_url": None, "database_read_url": None}
        )
        engine = connect(own)
        try:
            return restore_backup(own, engine, location)
        finally:
            engine.dispose()
            remove_embedded(own.home)


def _refuse() -> None:
    raise DataError("a run is writing to this installation: it is not empty")


def _insist_on_emptiness(settings: Settings, engine: Engine) -> None:
    with engine.connect() as connection:
        found = [f"table {name} has rows" for name in contents.tables_with_rows(connection)]
    staged = settings.staging_path / "files"
    found += [
        f"{path} holds files"
        for path in (settings.lake_path, staged)
        if path.is_dir() and any(path.iterdir())
    ]
    if found:
        more = f", and {len(found) - 3} more" if len(found) > 3 else ""
        raise DataError(
            f"this installation is not empty: {', '.join(found[:3])}{more}. Restore into an empty database and another "
            "MDL_HOME (MDL_DATABASE_URL, MDL_HOME), or move both aside first"
        )


def _put(settings: Settings, engine: Engine, fetched: Path) -> None:
    """Lake and staged files first: what breaks off then is no database that has lost its lake."""
    targets = {fetched / "lake": settings.lake_path, fetched / "staging": settings.staging_path / "files"}
    placed = []
    try:
        for source, target in targets.items():
            if source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.rmtree(target, ignore_errors=True)  # an empty folder
                source.rename(target)
                placed.append(target)
        _drop_empty_schemas(engine)
        tools.restore(database_url(settings), fetched / DUMP)
    except BaseException:
        for target in placed:
            shutil.rmtree(target)
        raise


def _drop_empty_schemas(engine: Engine) -> None:
    """Tables of another schema than the backup's, all of them empty, would be in the way of its migrations."""
    with engine.begin() as connection:
        for name in (*SCHEMAS, "dagster"):
            connection.execute(text(f"drop schema if exists {name} cascade"))
        connection.execute(text("drop table if exists alembic_version"))


def _differences(settings: Settings, engine: Engine, manifest: Manifest) -> list[str]:
    with engine.begin() as connection:
        tables = contents.table_contents(connection)
    found = [
        f"  table {name}: {tables[name].rows if name in tables else 'no'} rows, {expected.rows} in the backup"
        if name not in tables or tables[name].rows != expected.rows
        else f"  table {name}: its rows are others"
        for name, expected in manifest.tables.items()
        if tables.get(name) != expected
    ]
    lake = Lake(settings.lake_path)
    if lake.version() != manifest.lake_version:
        found.append(f"  the lake has version {lake.version()}, {manifest.lake_version} in the backup")
    rows = contents.rows_read(lake)
    if rows != manifest.lake_rows:
        found.append(f"  the lake has rows {rows}, {manifest.lake_rows} in the backup")
    return found
