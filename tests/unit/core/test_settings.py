from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.clock import now, wall_now
from core.errors import ConfigurationError
from core.settings import load_settings


def test_a_setting_is_read_from_its_variable_and_from_the_env_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("MDL_TIMEZONE=Europe/Berlin\nMDL_HOME=from-file\n")
    monkeypatch.setenv("MDL_HOME", "from-environment")
    settings = load_settings()
    assert settings.timezone == "Europe/Berlin"
    assert settings.home == tmp_path / "from-environment"


def test_the_users_own_home_directory_is_not_mdls_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", "elsewhere")
    assert load_settings().home == tmp_path / ".mdl"


@pytest.mark.parametrize("name", ["Mars/Olympus", "localtime", "posixrules", "right/UTC"])
def test_an_unknown_zone_is_refused_with_the_name_of_its_variable(name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"MDL_TIMEZONE.*IANA"):
        load_settings(timezone=name)


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "EST5EDT", "Asia/Calcutta", "America/Argentina/Ushuaia"])
def test_every_name_of_a_zone_is_taken_also_an_old_one(name: str) -> None:
    assert load_settings(timezone=name).zone.key == name


def test_an_as_of_without_offset_is_wall_time_of_the_reporting_zone() -> None:
    settings = load_settings(as_of="2013-10-15T00:00:00", timezone="America/New_York")
    assert settings.as_of_utc == datetime(2013, 10, 15, 4, tzinfo=UTC)
    assert now(settings) == settings.as_of_utc


def test_as_of_now_is_the_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDL_AS_OF", "now")
    before = wall_now()
    assert before <= now(load_settings()) <= wall_now()


def test_a_database_url_is_never_printed() -> None:
    settings = load_settings(database_url="postgresql://mdl:hunter2@db/mdl")
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings.model_dump())


@pytest.mark.parametrize(
    "url", ["localhost:5432", "mysql://root:hidden@host/mdl", "postgresql:user:hidden@host"]
)
def test_what_is_no_postgres_url_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"MDL_DATABASE_URL.*not the URL of a PostgreSQL") as refused:
        load_settings(database_url=url)
    assert "hidden" not in str(refused.value)


def test_channels_are_never_printed_and_the_default_ones_are_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDL_CHANNELS", '{"slack": "slack://hunter2"}')
    settings = load_settings(alert_channels="slack:#ops, email:a@example.com,")
    assert "hunter2" not in str(settings.model_dump())
    assert settings.channels["slack"].get_secret_value() == "slack://hunter2"
    assert settings.told_by_default == ["slack:#ops", "email:a@example.com"]


def test_channels_that_are_no_json_are_refused_without_showing_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDL_CHANNELS", "slack://hunter2")
    with pytest.raises(ConfigurationError, match="channels") as refused:
        load_settings()
    assert "hunter2" not in str(refused.value)


def test_a_public_url_is_a_web_address() -> None:
    with pytest.raises(ConfigurationError, match="MDL_PUBLIC_URL"):
        load_settings(public_url="javascript:alert(1)")


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDL_DATABASE_URL", "")
    monkeypatch.setenv("MDL_AS_OF", "")
    monkeypatch.setenv("MDL_TIMEZONE", "")
    found = load_settings()
    assert (found.database_url, found.as_of, found.timezone) == (None, None, "UTC")


def test_an_env_file_that_is_not_utf8_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(b"\xff\xfe=1")
    with pytest.raises(ConfigurationError, match=r"\.env cannot be read: it is not UTF-8; mend or remove it"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("MDL_AS_OF", "notatime", "MDL_AS_OF: 'notatime' is not an instant such as 2026-11-05,"),
        ("MDL_AS_OF", "2026-13-01", "MDL_AS_OF: '2026-13-01' is not an instant such as"),
        ("MDL_HISTORY_START", "soon", "MDL_HISTORY_START: 'soon' is not a day such as 2020-01-31"),
        ("MDL_RATE_LIMIT", "many", "MDL_RATE_LIMIT: 'many' is not a whole number of 1 or more"),
        ("MDL_SOURCE_TIMEOUT", "1m", "MDL_SOURCE_TIMEOUT: '1m' is not a number above 0 and up to 86400"),
        ("ENABLE_CACHE", "perhaps", "ENABLE_CACHE: 'perhaps' is not true or false"),
    ],
)
def test_a_value_that_cannot_be_read_is_told_with_what_is_legal(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert words in str(caught.value)
