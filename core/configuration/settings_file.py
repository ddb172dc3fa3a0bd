"""The file that `MDL_CONFIG` names: settings as YAML or JSON, beneath the environment and `.env`."""

import json
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from core.errors import ConfigurationError
from core.suggestions import near


class SettingsFile(PydanticBaseSettingsSource):
    """What the file says, as far as nothing before it names another file.

    A setting is named as the variable, `MDL_TIMEZONE`, or without the prefix and in small letters, `timezone`. Lists
    are taken where a variable has its parts separated by commas, mappings where it has JSON.
    """

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Values are read all at once, see `__call__`."""
        raise NotImplementedError

    def __call__(self) -> dict[str, Any]:
        """Values by name of the field.

        Raises:
            ConfigurationError: the file cannot be read, or names what is no setting; no value is told.
        """
        path = self.current_state.get("config")
        return values_of(Path(path).expanduser(), self.settings_cls) if path else {}


def values_of(path: Path, kind: type[BaseSettings]) -> dict[str, Any]:
    """The values that a file gives to the fields of settings; those that are empty are not set."""
    given, found = _parsed(path), dict[str, Any]()
    fields = {**{name.casefold(): name for name in kind.model_fields}, **_variables(kind)}
    for name, value in given.items():
        field = fields.get(str(name).casefold())
        if field is None or field == "config":
            raise ConfigurationError(f"{path}: {_unknown(str(name), list(fields))}")
        if field in found:
            raise ConfigurationError(f"{path}: {name} is set twice, by both of its names; keep one")
        if value is not None:
            is_list = isinstance(value, list) and kind.model_fields[field].annotation is str
            found[field] = ",".join(map(str, value)) if is_list else value
    return found


def _variables(kind: type[BaseSettings]) -> dict[str, str]:
    """Fields by the names of their variables, in small letters."""
    prefix = kind.model_config.get("env_prefix", "")
    return {
        str(field.validation_alias or f"{prefix}{name}").casefold(): name
        for name, field in kind.model_fields.items()
    }


def _unknown(name: str, known: list[str]) -> str:
    nearest = near(name, known, 1)
    meant = f"; did you mean {nearest[0]}?" if nearest else "; `mdl settings` lists those that there are"
    return f"{name!r} is no setting{meant}"


def _parsed(path: Path) -> dict[Any, Any]:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigurationError(
            f"MDL_CONFIG: {path} cannot be read: {what}; mend the path or unset it"
        ) from None
    found = _of_json(path, text) if path.suffix.casefold() == ".json" else _of_yaml(path, text)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise ConfigurationError(f"{path}: settings are expected, each as `name: value`")
    return found


def _of_json(path: Path, text: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(names := dict(pairs)) < len(pairs):
            raise ConfigurationError(f"{path}: a name is there twice; keep one")
        return names

    try:
        return json.loads(text, object_pairs_hook=once)
    except ValueError as error:
        at = (
            f"line {error.lineno}: {error.msg}"
            if isinstance(error, json.JSONDecodeError)
            else "it is too long a number"
        )
        raise ConfigurationError(f"{path} is not JSON: {at}") from None


def _of_yaml(path: Path, text: str) -> Any:
    # YAML 1.2, in which `no` is a text, and with an error where a name is there twice; only needed with a file
    from ruamel.yaml import YAML  # noqa: PLC0415
    from ruamel.yaml.constructor import DuplicateKeyError  # noqa: PLC0415
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415

    try:
        return YAML(typ="safe", pure=True).load(text)
    except DuplicateKeyError as error:  # its text tells both values, which may be secrets
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError(f"{path}, line {line}: the name is there twice; keep one") from None
    except (YAMLError, ValueError) as error:
        at = "a value cannot be read"
        if isinstance(error, MarkedYAMLError) and error.problem_mark:
            at = f"line {error.problem_mark.line + 1}: {error.problem}"
        raise ConfigurationError(f"{path} is not YAML: {at}") from None
