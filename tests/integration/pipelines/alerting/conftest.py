"""Fixtures of alerting: worlds to evaluate, receivers, and settings that know them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pydantic import SecretStr
from sqlalchemy import Engine, insert

from core.settings import Settings
from schemas.tables import silences
from tests.conftest import free_port
from tests.integration.pipelines.alerting import nursery
from tests.integration.pipelines.alerting.nursery import Nursery
from tests.integration.pipelines.alerting.receivers import NOW, Mailbox, Receiver, receiving, with_channels
from tests.integration.pipelines.alerting.world import World


@pytest.fixture
def new_world(database: Engine, tmp_path: Path) -> Callable[..., World]:
    """Makes a world of these metrics on the test's own database."""

    def create(*metrics: Any, **fields: Any) -> World:
        return World(database, tmp_path / "world", list(metrics), **fields)

    return create


@pytest.fixture
def webhook() -> Iterator[Receiver]:
    """A webhook that takes everything."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, Settings]]:
    """A mail server, and settings whose channels `email:…` lead there."""
    box = Mailbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, with_channels(email=f"mailto://127.0.0.1:{port}?from=mdl@example.com&name=MDL")
    controller.stop()


@pytest.fixture
def settings_told(settings: Settings, webhook: Receiver) -> Settings:
    """Settings whose channels `webhook:…` lead to the webhook."""
    return settings.model_copy(update={"channels": {"webhook": SecretStr(webhook.webhook)}})


@pytest.fixture
def silence(database: Engine) -> Callable[..., None]:
    """Silences what matches from NOW on for so many minutes."""

    def make(*, minutes: float, **matching: Any) -> None:
        row = {
            **matching,
            "starts_at": NOW,
            "ends_at": NOW + timedelta(minutes=minutes),
            "reason": "known",
            "created_by": "user:ann",
            "created_at": NOW,
        }
        with database.begin() as connection:
            connection.execute(insert(silences).values(row))

    return make


@pytest.fixture
def nursery_of(settings_told: Settings) -> Iterator[Nursery]:
    """Processes that tick on the test's own database."""
    assert settings_told.database_url is not None
    channels = {name: url.get_secret_value() for name, url in settings_told.channels.items()}
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[4]),
        "MDL_DATABASE_URL": settings_told.database_url.get_secret_value(),
        "MDL_CHANNELS": json.dumps(channels),
        "MDL_ALERT_RATE": "100000",
    }
    with subprocess.Popen(
        [sys.executable, nursery.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()
