"""Settings changed while the API runs: what holds, who may change it, and that every process and run goes by it."""

import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from core import logs
from core.clock import wall_now
from core.errors import ConfigurationError
from core.settings import Settings, load_settings
from pipelines.workspace import Workspace
from schemas.changed_settings import CHANGEABLE, change_setting, in_force, parsed
from tests.integration.webapi.conftest import Asked
from webapi.process.snapshot import MAX_AGE_SECONDS

VALUES = "/api/v1/metrics/revenue/values?grain=day"


def of(ask: Asked, name: str) -> dict[str, Any]:
    found: dict[str, Any] = ask("GET", f"/api/v1/settings/{name}", "admin").get_json()["data"]
    return found


def put(ask: Asked, name: str, value: object, expected: int = 200) -> dict[str, Any]:
    answer = ask("PUT", f"/api/v1/settings/{name}", "admin", json={"value": value})
    assert answer.status_code == expected, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_changed_setting_holds_at_once_is_audited_and_can_be_taken_back(ask_own: Asked) -> None:
    assert of(ask_own, "registration")["source"] == "default"
    body = {"username": "newcomer", "password": "correct horse battery staple"}
    assert ask_own("POST", "/api/auth/register", None, json=body).status_code == 403
    changed = put(ask_own, "MDL_REGISTRATION", True)["data"]
    assert (changed["value"], changed["source"], changed["changed_by"]) == (
        "True",
        "administrator",
        "user:admin",
    )
    assert ask_own("POST", "/api/auth/register", None, json=body).status_code == 201
    assert ask_own("DELETE", "/api/v1/settings/registration", "admin").status_code == 204
    assert of(ask_own, "registration")["value"] == "False"
    again = {**body, "username": "other"}
    assert ask_own("POST", "/api/auth/register", None, json=again).status_code == 403
    entries = ask_own("GET", "/api/auth/audit?target=setting:registration", "admin").get_json()["data"]
    assert [(entry["action"], entry["detail"]) for entry in entries] == [
        ("setting.reset", {}),
        ("setting.change", {"from": False, "to": "true"}),
    ]


def test_other_processes_go_by_it_within_a_second(
    ask_own: Asked, ask_of: Callable[..., Asked], own_url: str
) -> None:
    other = ask_of(own_url)
    assert [other.get(VALUES).headers["X-Cache"] for _ in range(2)] == ["MISS", "HIT"]
    put(ask_own, "enable_cache", False)
    threading.Event().wait(MAX_AGE_SECONDS)
    assert other.get(VALUES).headers["X-Cache"] == "BYPASS"
    put(ask_own, "enable_cache", True)
    threading.Event().wait(MAX_AGE_SECONDS)
    assert other.get(VALUES).headers["X-Cache"] == "HIT"
    # what is kept there is forgotten there, not only where somebody asked
    assert ask_own("DELETE", "/api/v1/cache", "admin").status_code == 204
    threading.Event().wait(MAX_AGE_SECONDS)
    assert other.get(VALUES).headers["X-Cache"] == "MISS"
    put(ask_own, "rate_limit", 7)
    threading.Event().wait(MAX_AGE_SECONDS)
    assert other.get(VALUES).headers["RateLimit-Limit"] == "7"


def test_log_level_and_slow_statements_follow_in_the_api_and_in_runs(ask_own: Asked, own_url: str) -> None:
    before = logging.getLogger("webapi").level
    try:
        put(ask_own, "log_level", "error")
        put(ask_own, "slow_query_ms", 7)
        assert ask_own.app.extensions["mdl"].database.slow.limit_ms == 7
        assert not logging.getLogger("webapi").isEnabledFor(logging.WARNING)
        logs.set_level("info")
        workspace = Workspace.open(load_settings(database_url=own_url))
        workspace.follow_settings()
        workspace.close()
        assert workspace.slow.limit_ms == 7
        assert not logging.getLogger("pipelines").isEnabledFor(logging.WARNING)
    finally:
        logs.set_level(logging.getLevelName(before or logging.INFO))


def test_a_process_that_starts_later_goes_by_it(
    ask_own: Asked, ask_of: Callable[..., Asked], own_url: str
) -> None:
    put(ask_own, "rate_limit", 9)
    assert ask_of(own_url).get(VALUES).headers["RateLimit-Limit"] == "9"


def test_runs_go_by_it(ask_own: Asked, own_url: str) -> None:
    put(ask_own, "alert_channels", "ops, sales")
    put(ask_own, "keep_values_days", 400)
    workspace = Workspace(load_settings(database_url=own_url), create_engine(own_url))
    found = workspace.settings_in_force()
    assert (found.told_by_default, found.keep_values_days) == (["ops", "sales"], 400)
    assert workspace.settings.told_by_default == []
    workspace.close()


@pytest.mark.parametrize(
    ("name", "value", "status", "told"),
    [
        ("rate_limit", "many", 422, "MDL_RATE_LIMIT: 'many' is not a whole number of 1 or more"),
        ("rate_limit", 0, 422, "a whole number of 1 or more"),
        ("keep_values_days", 40_000, 422, "a whole number from 1 to 36500"),
        ("enable_cache", "perhaps", 422, "ENABLE_CACHE: 'perhaps' is not true or false"),
        ("rate_limit", None, 422, "null"),
        ("rate_limit", [1], 422, "a text, a number, true or false is expected"),
        ("jwt_secret", "hunter2", 404, "cannot be changed while MDL runs"),
        ("timezone", "UTC", 404, "cannot be changed while MDL runs"),
        ("catalog", 0.5, 404, "cannot be changed while MDL runs"),
        ("rate_limits", 1, 404, "there is no setting 'rate_limits'"),
    ],
)
def test_what_cannot_be_changed_is_refused_with_the_reason(
    ask_own: Asked, name: str, value: object, status: int, told: str
) -> None:
    refused = put(ask_own, name, value, status)
    assert told in str(refused)
    assert "hunter2" not in str(refused)
    assert "hunter2" not in ask_own("GET", "/api/auth/audit", "admin").text


def test_secrets_are_masked_in_the_list(own_url: str, ask_own: Asked) -> None:
    listed = ask_own("GET", "/api/v1/settings", "admin")
    rows = {row["name"]: row for row in listed.get_json()["data"]}
    assert list(rows) == list(Settings.model_fields)
    assert rows["database_url"]["value"] == "**********"
    assert (make_url(own_url).database or "") not in listed.text
    assert {name for name, row in rows.items() if row["is_changeable"]} <= set(CHANGEABLE)


def test_a_value_that_is_no_longer_legal_keeps_nothing_from_starting(own_url: str) -> None:
    engine = create_engine(own_url)
    with engine.begin() as connection:
        change_setting(connection, "rate_limit", "8", load_settings(), "somebody", wall_now())
        connection.execute(
            text(
                "insert into ops.changed_settings values ('cache_ttl', 'soon', 'x', now()), ('gone', '1', 'x', now())"
            )
        )
        found = in_force(connection, load_settings())
    engine.dispose()
    assert (found.rate_limit, found.cache_ttl) == (8, 300)


def test_every_setting_that_can_be_changed_takes_its_default_as_text() -> None:
    defaults = load_settings()
    for name in CHANGEABLE:
        value = getattr(defaults, name)
        if value is not None:
            assert parsed(name, str(value)) == value
    with pytest.raises(ConfigurationError):
        parsed("rate_limit", "")


def test_what_is_set_where_mdl_was_started_counts_more(
    ask_own: Asked, ask_of: Callable[..., Asked], own_url: str
) -> None:
    put(ask_own, "rate_limit", 7)
    asked = ask_of(own_url, rate_limit=500)
    assert asked.get(VALUES).headers["RateLimit-Limit"] == "500"
    refused = put(asked, "rate_limit", 9, 409)
    assert "MDL_RATE_LIMIT is set where MDL was started, which counts more" in refused["detail"]
    assert of(asked, "rate_limit")["is_changeable"] is False
    assert of(asked, "rate_limit")["source"] == "environment"
