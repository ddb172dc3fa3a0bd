from pathlib import Path

import pytest
from sqlalchemy import Engine

from core.settings import Settings
from tests.integration.pipelines.reporting.newsroom import Newsroom


@pytest.fixture
def newsroom(database: Engine, settings: Settings, tmp_path: Path) -> Newsroom:
    """An installation whose catalog has one weekly report since 2 March 2026."""
    made = Newsroom(database, settings, tmp_path / "published")
    made.apply()
    return made
