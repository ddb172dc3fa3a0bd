"""What there is to know of one setting: what it means, what it may be, what holds and who said so."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource

from core.errors import ConfigurationError
from core.legal_values import legal
from core.setting_meanings import MEANINGS
from core.settings import Settings, load_settings, variable
from core.settings_file import values_of
from core.suggestions import near


@dataclass(frozen=True)
class Explanation:
    """Of one setting, each in words; `value` is masked where it may be a secret, or what is wrong with it."""

    variable: str
    means: str
    takes: str
    unset: str
    value: str
    said_by: str


def explanation(name: str) -> Explanation:
    """Of the setting that goes by the name: the variable, or without its prefix, in capital letters or small ones.

    Raises:
        ConfigurationError: there is none of the name.
    """
    fields = {variable(field).casefold(): field for field in Settings.model_fields}
    field = fields.get(name.casefold()) or fields.get(f"mdl_{name.casefold()}")
    if field is None:
        known = [variable(each) for each in Settings.model_fields]
        nearest = near(name, [*known, *Settings.model_fields], 1)
        raise ConfigurationError(
            f"{name!r} is no setting{f'; did you mean {nearest[0]}?' if nearest else ''}"
        )
    meaning = MEANINGS[variable(field)]
    return Explanation(
        variable(field),
        meaning.text,
        legal(Settings.model_fields[field]),
        meaning.unset,
        _value(field),
        _said_by(field),
    )


def _value(field: str) -> str:
    try:
        value = getattr(load_settings(), field)
    except ConfigurationError as error:
        return str(error)
    return "" if value is None else str(value)


def _said_by(field: str) -> str:
    """Who sets it, in the order in which they count."""
    env, dotenv = EnvSettingsSource(Settings)(), DotEnvSettingsSource(Settings)()
    for where, given in (("the environment", env), (".env", dotenv)):
        if _is_in(given, field):
            return where
    path = env.get("config") or dotenv.get("config")
    if path and field in values_of(Path(path).expanduser(), Settings):
        return str(path)
    return "nobody; it is the default"


def _is_in(given: dict[str, Any], field: str) -> bool:
    return field in given or variable(field) in given
