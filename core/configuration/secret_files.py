"""Secrets in files: `NAME_FILE` is where the secret setting `NAME` stands, as Docker and Kubernetes mount it."""

import os
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsError

from core.configuration.legal_values import is_secret
from core.errors import ConfigurationError

_LARGEST = 1 << 20


class SecretFiles(PydanticBaseSettingsSource):
    """Values of secret settings whose file the environment names; an empty name is none."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls)
        self._prefix = self.config.get("env_prefix", "")

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The text of the file and the name that the field is set by; None where no file is named."""
        variable = str(field.validation_alias or f"{self._prefix}{field_name}".upper())
        path = os.environ.get(f"{variable}_FILE")
        return _text(variable, Path(path)) if path else None, str(field.validation_alias or field_name), False

    def __call__(self) -> dict[str, Any]:
        """All that are named.

        Raises:
            ConfigurationError: a file cannot be read.
            SettingsError: a file of several secrets is no JSON.
        """
        found = {}
        for name, field in self.settings_cls.model_fields.items():
            value, key, is_complex = (
                self.get_field_value(field, name) if is_secret(field) else (None, "", False)
            )
            if value is not None:
                try:
                    found[key] = self.prepare_field_value(name, field, value, is_complex)
                except ValueError:
                    raise SettingsError(f"the file of {name} cannot be parsed") from None
        return found


def _text(variable: str, path: Path) -> str:
    """What a file says, without the line ends that editors put after it; no error shows any of it."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ConfigurationError(f"{variable}_FILE: {path} is larger than 1 MiB, which no secret is")
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigurationError(f"{variable}_FILE: {path} cannot be read: {why}") from None
