"""The SQLAlchemy engine: one place that knows the URL, the pool and the session defaults."""

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from core.postgres import start_embedded
from core.settings import Settings


def database_url(settings: Settings) -> str:
    """URL of the marts for SQLAlchemy with psycopg; starts the embedded server where no URL is set."""
    if settings.database_url is None:
        return start_embedded(settings.home)
    url = make_url(settings.database_url.get_secret_value())
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def connect(settings: Settings) -> Engine:
    """Engine on the marts: UTC sessions, connections checked before use, pool of at most 20."""
    return create_engine(
        database_url(settings),
        pool_size=5,
        max_overflow=15,
        pool_pre_ping=True,
        connect_args={"options": "-c timezone=UTC", "application_name": "mdl"},
    )
