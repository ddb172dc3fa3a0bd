"""What there is to know of one setting: what it means, what it may be, what holds and who said so."""

from dataclasses import dataclass
from pathlib import Path

from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource

from core.configuration.legal_values import legal
from core.configuration.secret_files import SecretFiles
from core.configuration.setting_meanings import MEANINGS
from core.configuration.settings_file import values_of
from core.errors import ConfigurationError
from core.settings import Settings, load_settings, variable
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


def field_of(name: str) -> str | None:
    """The field that goes by the name: the variable, or without its prefix, in capital letters or small ones."""
    fields = {variable(field).casefold(): field for field in Settings.model_fields}
    return fields.get(name.casefold()) or fields.get(f"mdl_{name.casefold()}")


def explanation(name: str) -> Explanation:
    """Of the setting that goes by the name, see `field_of`.

    Raises:
        ConfigurationError: there is none of the name.
    """
    field = field_of(name)
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
        origins().get(field, "nobody; it is the default"),
    )


def origins() -> dict[str, str]:
    """Who sets what, of those that count most, by name of the field.

    That is the environment, the variable that names the file of a secret, `.env` or the path of the file of settings.

    Raises:
        ConfigurationError: the file cannot be read.
    """
    env, dotenv = EnvSettingsSource(Settings)(), DotEnvSettingsSource(Settings)()
    path = env.get("config") or dotenv.get("config")
    file = values_of(Path(path).expanduser(), Settings) if path else {}
    secrets = SecretFiles(Settings)()
    found: dict[str, str] = {}
    for who, given in ((str(path), file), (".env", dotenv), ("", secrets), ("the environment", env)):
        names = [name for name in Settings.model_fields if name in given or variable(name) in given]
        found |= {name: who or f"{variable(name)}_FILE" for name in names}
    return found


def _value(field: str) -> str:
    try:
        value = getattr(load_settings(), field)
    except ConfigurationError as error:
        return str(error)
    return "" if value is None else str(value)
