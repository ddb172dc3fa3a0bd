"""What a service of Apprise sends is watched, and `requests` stays as everybody else knows it."""

import sys
from collections.abc import Iterator
from threading import Thread

import pytest
import requests
from apprise.plugins import N_MGR, discord, ntfy

from pipelines.alerting.delivery.channels.watched_requests import failures_noted, watch

SENDING = ("request", "get", "options", "head", "post", "put", "patch", "delete")


@pytest.fixture
def before() -> Iterator[None]:
    """Checks that nothing of `requests` was exchanged."""
    kept = {name: getattr(requests, name) for name in SENDING}, requests.Session.send
    yield
    assert ({name: getattr(requests, name) for name in SENDING}, requests.Session.send) == kept


@pytest.mark.usefixtures("before")
def test_no_service_of_apprise_can_send_past_the_watch() -> None:
    for service in N_MGR.plugins():
        watch(service)
    unwatched = {requests, requests.Session, *(getattr(requests, name) for name in SENDING)}
    plugins = {name: module for name, module in sys.modules.items() if name.startswith("apprise.plugins.")}
    assert len(plugins) > 180
    past = [
        (name, each)
        for name, module in plugins.items()
        for each, value in vars(module).items()
        if callable(value) | (value is requests) and getattr(value, "__hash__", None) and value in unwatched
    ]
    assert past == []


@pytest.mark.usefixtures("before")
def test_only_what_a_watched_service_sends_is_noted_and_only_in_the_thread_that_watches() -> None:
    watch(ntfy.NotifyNtfy)

    def refused(module: object) -> None:
        with pytest.raises(requests.exceptions.InvalidURL):
            module.requests.post("http://", timeout=1)  # type: ignore[attr-defined]

    with failures_noted() as seen:
        refused(ntfy)
        assert [failure.reason for failure in seen] == ["InvalidURL"]
        with pytest.raises(requests.exceptions.InvalidURL):
            requests.post("http://", timeout=1)
        elsewhere = Thread(target=refused, args=(ntfy,))
        elsewhere.start()
        elsewhere.join()
        assert len(seen) == 1
    refused(ntfy)
    assert len(seen) == 1


def test_a_service_finds_all_else_of_requests_as_it_is() -> None:
    watch(discord.NotifyDiscord)
    assert discord.requests.codes.ok == 200
    assert discord.requests.RequestException is requests.RequestException
