"""Fixtures of alerting: receivers, and settings that know them."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from core.settings import Settings
from tests.integration.pipelines.alerting.receivers import Receiver, receiving


@pytest.fixture
def webhook() -> Iterator[Receiver]:
    """A webhook that takes everything."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def told(settings: Settings, webhook: Receiver) -> Settings:
    """Settings whose channels `webhook:…` lead to the webhook."""
    return settings.model_copy(update={"channels": {"webhook": SecretStr(webhook.webhook)}})
