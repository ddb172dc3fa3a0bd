"""Secrets that stand in files: every secret setting takes one, and no message shows what is in it."""

from pathlib import Path

import pytest

from core.configuration.legal_values import is_secret
from core.database import database_url
from core.errors import ConfigurationError
from core.setting_explanations import explanation
from core.settings import Settings, load_settings, variable

SECRETS = [name for name, field in Settings.model_fields.items() if is_secret(field)]
SEVERAL = ("connections", "channels")


def told(value: object) -> str:
    """What a secret setting holds."""
    return value["a"].get_secret_value() if isinstance(value, dict) else value.get_secret_value()  # type: ignore[attr-defined]


def test_the_secret_settings_are_those_that_must_not_be_printed() -> None:
    assert sorted(SECRETS) == [
        "backup_target", "channels", "connections", "database_password", "database_read_url", "database_url",
        "jwt_secret", "redis_url",
    ]  # fmt: skip


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_is_read_from_the_file_that_its_variable_names(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "postgresql://mdl:hidden@db/mdl"  # noqa: S105
    (tmp_path / "secret").write_text((f'{{"a": "{secret}"}}' if name in SEVERAL else secret) + "\n")
    monkeypatch.setenv(f"{variable(name)}_FILE", str(tmp_path / "secret"))
    assert told(getattr(load_settings(), name)) == secret
    assert "hidden" not in repr(load_settings())


@pytest.mark.parametrize("name", ["jwt_secret", "database_password"])
def test_a_variable_wins_over_its_file_that_over_the_env_file_and_that_over_the_file_of_settings(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mdl.yaml").write_text(f"{name}: of-settings\n")
    (tmp_path / "secret").write_text("of-file")
    monkeypatch.setenv("MDL_CONFIG", "mdl.yaml")
    assert (told(getattr(load_settings(), name)), explanation(name).said_by) == ("of-settings", "mdl.yaml")
    (tmp_path / ".env").write_text(f"{variable(name)}=of-env-file\n")
    assert told(getattr(load_settings(), name)) == "of-env-file"
    monkeypatch.setenv(f"{variable(name)}_FILE", str(tmp_path / "secret"))
    assert told(getattr(load_settings(), name)) == "of-file"
    assert explanation(name).said_by == f"{variable(name)}_FILE"
    monkeypatch.setenv(variable(name), "of-variable")
    assert told(getattr(load_settings(), name)) == "of-variable"


def test_a_file_that_is_not_there_or_no_text_is_told_by_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JWT_SECRET_FILE", str(tmp_path / "none"))
    with pytest.raises(ConfigurationError, match=r"^JWT_SECRET_FILE: .*none cannot be read: No such file"):
        load_settings()
    (tmp_path / "none").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match=r"^JWT_SECRET_FILE: .*none cannot be read: it is not UTF-8"):
        load_settings()
    (tmp_path / "none").write_bytes(b"a" * 2_000_000)
    with pytest.raises(ConfigurationError, match="larger than 1 MiB"):
        load_settings()


def test_a_file_of_several_secrets_that_is_no_json_is_refused_without_showing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("{hidden")
    monkeypatch.setenv("MDL_CHANNELS_FILE", str(tmp_path / "secret"))
    with pytest.raises(ConfigurationError, match=r"channels cannot be parsed; JSON is expected") as refused:
        load_settings()
    assert "hidden" not in str(refused.value)


def test_an_empty_name_of_a_file_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_SECRET_FILE", "")
    assert load_settings().jwt_secret is None


@pytest.mark.parametrize("password", ["plain", "p@ss:w/rd%25#?", "ünïcode "])
def test_a_database_without_a_password_in_its_url_takes_that_of_the_settings(password: str) -> None:
    from sqlalchemy.engine import make_url  # noqa: PLC0415

    url = make_url(
        database_url(load_settings(database_url="postgresql://mdl@db/mdl", database_password=password))
    )
    assert (url.username, url.password, url.host) == ("mdl", password, "db")


def test_a_password_in_the_url_stays() -> None:
    settings = load_settings(database_url="postgresql://mdl:own@db/mdl", database_password="other")  # noqa: S106
    assert ":own@" in database_url(settings)
