from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from schemas.migrate import alembic_config, migrate, newest_revision
from schemas.tables import metadata


def test_migrations_build_exactly_the_declared_tables(database: Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, _: kind != "schema" or name is not None,
                "compare_type": True,
            },
        )
        differences = [d for d in compare_metadata(context, metadata) if "alembic_version" not in str(d)]
    assert differences == []


def test_migrating_twice_changes_nothing(database: Engine) -> None:
    migrate(database)
    migrate(database)


def test_a_migrations_file_is_named_after_its_revision_so_that_the_newest_is_known(database: Engine) -> None:
    with database.connect() as connection:
        head = ScriptDirectory.from_config(alembic_config(connection)).get_current_head()
    assert newest_revision() == head
