from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from core.settings import Settings
from tests.integration.pipelines.alerting.world import World


@pytest.fixture
def new_world(database: Engine, tmp_path: Path, settings: Settings) -> Callable[..., World]:
    """Makes a world of these metrics on the test's own database."""

    def create(*metrics: Any, **fields: Any) -> World:
        return World(database, tmp_path / "world", settings, list(metrics), **fields)

    return create
