from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from schemas.migrate import migrate
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
