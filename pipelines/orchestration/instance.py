"""The Dagster instance of an installation: where its storage is, and how `mdl` reaches it in process."""

import os
from pathlib import Path

from sqlalchemy import Engine, text

from core.settings import Settings

_SCHEMA = "dagster"


def prepare(settings: Settings, engine: Engine) -> None:
    """Make room for Dagster's tables and set the environment that dagster.yaml and its processes read.

    This process and its children are affected: they share one instance and one PostgreSQL.
    """
    with engine.begin() as connection:
        connection.execute(text(f"create schema if not exists {_SCHEMA}"))
    state = settings.home / "dagster"
    state.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "DAGSTER_HOME": dagster_home(),
        "DAGSTER_POSTGRES_URL": storage_url(engine),
        "DAGSTER_STATE_DIR": str(state),
        # see pipelines/orchestration/metadata.py: without it each of a year's days is an insert of its own
        "DAGSTER_EVENT_BATCH_SIZE": "500",
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }


def dagster_home() -> str:
    """Folder of dagster.yaml and workspace.yaml, in the checkout or the installed package."""
    return str(Path(__file__).parents[2] / "dagster_home")


def storage_url(engine: Engine) -> str:
    """URL of Dagster's own tables, in a schema of their own.

    The driver is named: SQLAlchemy 2.1 takes psycopg 3 for a bare `postgresql://`, whose protocol refuses
    parameters in the NOTIFY that dagster-postgres sends with every event.
    """
    url = engine.url.set(drivername="postgresql+psycopg2")
    return url.update_query_dict({"options": f"-csearch_path={_SCHEMA}"}).render_as_string(
        hide_password=False
    )
