"""What every step of a run works with: settings, database, lake and the catalog in force."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine

from core import clock, logs
from core.connections.slow_statements import SlowStatements
from core.database import connect
from core.home import keep_private
from core.progress import Advance, silent
from core.settings import Settings
from pipelines.lake import Lake
from pipelines.versioned_catalog import Versioned
from schemas.catalog.stored import catalog_version, read_catalog, read_versions
from schemas.changed_settings import in_force
from schemas.migrate import migrate


@dataclass
class Workspace:
    """One run's view of an installation; `advance` shows progress to whoever watches."""

    settings: Settings
    engine: Engine
    advance: Advance = silent
    slow: SlowStatements = field(default_factory=lambda: SlowStatements(0))
    _versioned: Versioned | None = field(default=None, init=False)

    @classmethod
    def open(cls, settings: Settings, advance: Advance = silent) -> "Workspace":
        """Connect and bring the database to the newest schema.

        Raises:
            ConfigurationError: MDL_HOME cannot be used.
            TransientError: the embedded PostgreSQL did not start.
        """
        keep_private(settings.home)
        slow = SlowStatements(settings.slow_query_ms)
        engine = connect(settings, slow)
        migrate(engine)
        return cls(settings, engine, advance, slow)

    def close(self) -> None:
        """Give back the database connections."""
        self.engine.dispose()

    def settings_in_force(self) -> Settings:
        """The settings with what an administrator changed by now."""
        with self.engine.connect() as connection:
            return in_force(connection, self.settings)

    def follow_settings(self) -> None:
        """Let this process log as an administrator said by now: from which level on, and which statements as slow."""
        settings = self.settings_in_force()
        logs.set_level(settings.log_level)
        self.slow.limit_ms = settings.slow_query_ms

    @property
    def as_of(self) -> datetime:
        """The instant that reports stand at, in UTC."""
        return clock.now(self.settings)

    @cached_property
    def lake(self) -> Lake:
        """The events, pinned at the newest version; steps that come after a delivery see what it wrote."""
        return Lake(self.settings.lake_path)

    @property
    def workdir(self) -> Path:
        """Where values are computed, and wait for their publication."""
        return self.settings.home / "computed"

    def catalog(self) -> Versioned:
        """The catalog in force, read anew only after it changed."""
        with self.engine.connect() as connection:
            version = catalog_version(connection)
            if self._versioned is None or self._versioned.version != version:
                versions = {
                    document_id: document_version
                    for (kind, document_id), document_version in read_versions(connection).items()
                    if kind == "metric"
                }
                self._versioned = Versioned(read_catalog(connection), versions, version)
            return self._versioned
