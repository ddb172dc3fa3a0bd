import pytest
from sqlalchemy import Engine

from core.settings import Settings
from tests.integration.pipelines.shop import Shop


@pytest.fixture
def shop(settings: Settings, database: Engine) -> Shop:
    """A shop with an empty landing zone, lake and books."""
    return Shop(settings, database)
