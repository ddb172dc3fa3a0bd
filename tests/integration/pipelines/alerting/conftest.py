"""Fixtures of alerting: worlds to evaluate, receivers, and settings that know them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from core.settings import Settings
from tests.integration.pipelines.alerting.receivers import Receiver, receiving
from tests.integration.pipelines.alerting.world import World


@pytest.fixture
def new_world(database: Engine, tmp_path: Path, settings: Settings) -> Callable[..., World]:
    """Makes a world of these metrics on the test's own database."""

    def create(*metrics: Any, **fields: Any) -> World:
        return World(database, tmp_path / "world", settings, list(metrics), **fields)

    return create


@pytest.fixture
def webhook() -> Iterator[Receiver]:
    """A webhook that takes everything."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def told(settings: Settings, webhook: Receiver) -> Settings:
    """Settings whose channels `webhook:…` lead to the webhook."""
    return settings.model_copy(update={"channels": {"webhook": SecretStr(webhook.webhook)}})
