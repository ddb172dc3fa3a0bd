"""Settings out of the file that `MDL_CONFIG` names, and what is explained of one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from cli.main import cli
from core.configuration.setting_meanings import MEANINGS
from core.errors import ConfigurationError
from core.setting_explanations import explanation
from core.settings import Settings, load_settings, variable

_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1)
_GIVEN = st.fixed_dictionaries(
    {},
    optional={
        "timezone": st.sampled_from(["UTC", "Asia/Tokyo", "America/St_Johns"]),
        "history_start": st.dates().map(str),
        "rate_limit": st.integers(1, 10**9),
        "source_timeout": st.floats(0.001, 86_400, allow_subnormal=False),
        "registration": st.booleans(),
        "env": st.sampled_from(["development", "production"]),
        "cors_origin": st.lists(st.sampled_from(["https://a.example", "http://b.example:8080"]), min_size=1),
        "channels": st.dictionaries(_TEXT, _TEXT, max_size=3),
        "jwt_secret": _TEXT,
    },
)


def _in_environment(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(value)
    return json.dumps(value) if isinstance(value, dict | bool) else str(value)


@settings(max_examples=60, deadline=None)
@given(given_=_GIVEN, ending=st.sampled_from(["yaml", "json"]), naming=st.sampled_from([str, variable]))
def test_a_file_says_what_the_environment_would(
    given_: dict[str, Any],
    ending: str,
    naming: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("settings") / f"mdl.{ending}"
    written = {naming(name): value for name, value in given_.items()}
    with path.open("w") as file:
        # YAML 1.2, as it is read: 1.1 leaves marks off texts that are numbers in 1.2, such as 0e0
        json.dump(written, file) if ending == "json" else YAML(typ="safe").dump(written, file)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in given_.items():
            patch.setenv(variable(name), _in_environment(value))
        by_environment = load_settings()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MDL_CONFIG", str(path))
        by_file = load_settings()
    assert by_file.model_copy(update={"config": None}) == by_environment


def test_the_environment_counts_more_than_dotenv_and_this_more_than_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "mdl.yaml").write_text(
        "timezone: Asia/Tokyo\nrate_limit: 1\nlocale: de\nredis_url:\nchannels: {a: json://a, b: json://b}\n"
    )
    (tmp_path / ".env").write_text("MDL_CONFIG=mdl.yaml\nMDL_TIMEZONE=UTC\nMDL_RATE_LIMIT=2\n")
    monkeypatch.setenv("MDL_RATE_LIMIT", "3")
    monkeypatch.setenv("MDL_CHANNELS", '{"b": "json://mine"}')
    found = load_settings()
    assert (found.timezone, found.rate_limit, found.locale, found.redis_url) == ("UTC", 3, "de", None)
    assert {name: url.get_secret_value() for name, url in found.channels.items()} == {
        "a": "json://a",
        "b": "json://mine",
    }
    said = {name: explanation(name).said_by for name in ("MDL_TIMEZONE", "rate_limit", "locale", "CACHE_TTL")}
    assert said == {
        "MDL_TIMEZONE": ".env",
        "rate_limit": "the environment",
        "locale": "mdl.yaml",
        "CACHE_TTL": "nobody; it is the default",
    }


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.yaml", "timezon: UTC", "'timezon' is no setting; did you mean timezone?"),
        ("a.yaml", "MDL_CONFIG: b.yaml", "'MDL_CONFIG' is no setting"),
        ("a.yaml", "1: UTC", "'1' is no setting"),
        ("a.yaml", "timezone: UTC\nMDL_TIMEZONE: UTC", "MDL_TIMEZONE is set twice, by both of its names"),
        ("a.yaml", "\njwt_secret: hunter2\njwt_secret: hunter3\n", "line 3: the name is there twice"),
        ("a.yaml", "jwt_secret: [hunter2", "a.yaml is not YAML: line "),
        ("a.yaml", "history_start: 2020-13-41", "a.yaml is not YAML: a value cannot be read"),
        ("a.yaml", "- timezone", "settings are expected, each as `name: value`"),
        ("a.yaml", "rate_limit: many", "MDL_RATE_LIMIT: 'many' is not a whole number of 1 or more"),
        ("a.yaml", "jwt_secret: {hunter2: 1}", "JWT_SECRET: "),
        ("a.json", '{"jwt_secret": "hunter2", "jwt_secret": "hunter3"}', "a name is there twice"),
        ("a.json", '{"jwt_secret":\n "hunter2"', "a.json is not JSON: line 2: "),
        ("a.json", f'{{"rate_limit": {"1" * 5_000}}}', "a.json is not JSON: "),
    ],
)
def test_what_is_wrong_with_a_file_is_told_without_what_may_be_a_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, text: str, told: str
) -> None:
    (tmp_path / name).write_text(text)
    monkeypatch.setenv("MDL_CONFIG", name)
    with pytest.raises(ConfigurationError) as refused:
        load_settings()
    assert told in str(refused.value)
    assert "hunter" not in str(refused.value)


def test_a_file_that_is_not_there_or_is_no_text_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe")
    for path, told in (
        ("missing.yaml", "No such file"),
        (".", "Is a directory"),
        ("binary.yaml", "not UTF-8"),
    ):
        monkeypatch.setenv("MDL_CONFIG", path)
        with pytest.raises(ConfigurationError, match=rf"MDL_CONFIG: {path} cannot be read: .*{told}"):
            load_settings()


def test_every_setting_can_be_explained_by_all_of_its_names_and_no_secret_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JWT_SECRET", "hunter2" * 10)
    monkeypatch.setenv("MDL_CHANNELS", '{"slack": "slack://hunter2"}')
    assert list(MEANINGS) == [variable(name) for name in Settings.model_fields]
    for name in Settings.model_fields:
        found = explanation(name)
        assert found == explanation(variable(name).lower())
        assert found.takes
        assert "hunter2" not in str(found)
    with pytest.raises(ConfigurationError, match="'timezonne' is no setting; did you mean timezone"):
        explanation("timezonne")


def test_a_setting_is_explained_while_others_are_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDL_RATE_LIMIT", "many")
    answer = CliRunner().invoke(cli, ["settings", "--explain", "rate_limit", "--format", "json"])
    told = {row["of it"]: row["is"] for row in json.loads(answer.output)}
    assert told["takes"] == "a whole number of 1 or more"
    assert "'many' is not a whole number of 1 or more" in told["in force"]
    assert told["set by"] == "the environment"
