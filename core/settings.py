"""The one place where the environment, files of secrets, `.env` and the file of `MDL_CONFIG` are read."""

import re
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from core.configuration.legal_values import is_secret, legal
from core.configuration.secret_files import SecretFiles
from core.configuration.settings_file import SettingsFile
from core.errors import ConfigurationError
from core.zones import is_zone

_POSTGRES = ("postgresql", "postgres")
_WEB_ADDRESS = re.compile(r"https?://[^\s?#@<>\"]+")
_PREFIX = re.compile(r"[a-z][a-z0-9+.-]*://[^\s?#@\\\\]*")
_BYTES = re.compile(r"\d+(\.\d+)?\s*[KMGT]i?B", re.IGNORECASE)
_ORIGIN = re.compile(r"https?://[^/\s*?#@]+")


class ChannelAudience(BaseModel):
    """Who reads a channel of alerts, as far as it decides which numbers may be told there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Literal["viewer", "editor", "admin"] = "viewer"
    team: str | None = None


class Settings(BaseSettings):
    """Typed settings; field `home` is read from `MDL_HOME`, and so on.

    Paths are absolute after validation. `database_url` empty means: the embedded PostgreSQL in `home`.
    """

    # an empty variable is what compose files and shells make of one that is not set
    model_config = SettingsConfigDict(
        env_prefix="MDL_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        validate_by_name=True,
    )

    config: Path | None = None
    home: Path = Path(".mdl")
    env: Literal["development", "production"] = "development"
    catalog: Path = Path("catalog")
    landing: str = "landing"
    database_url: SecretStr | None = None
    database_read_url: SecretStr | None = None
    database_password: SecretStr | None = None
    engine: Literal["duckdb"] = "duckdb"
    timezone: str = "UTC"
    as_of: datetime | None = None
    history_start: date = date(2020, 1, 1)
    memory_limit: str = "1GB"
    pool_size: int = Field(default=20, ge=2, le=1_000)
    keep_log_days: int = Field(default=90, ge=1)
    keep_revision_days: int | None = Field(default=None, ge=1)
    keep_values_days: int | None = Field(default=None, ge=1, le=36_500)
    keep_audit_days: int = Field(default=400, ge=1)
    keep_report_days: int | None = Field(default=None, ge=1, le=36_500)
    backup_target: SecretStr | None = None
    backup_schedule: str = "0 2 * * *"
    keep_backups: int = Field(default=7, ge=1)
    keep_backup_days: int | None = Field(default=None, ge=1, le=36_500)
    connections: dict[str, SecretStr] = Field(default_factory=dict)
    api_connections: str = ""
    source_urls: str = ""
    source_timeout: float = Field(default=60, gt=0, le=86_400)
    channels: dict[str, SecretStr] = Field(default_factory=dict)
    channel_audiences: dict[str, ChannelAudience] = Field(default_factory=dict)
    alert_channels: str = ""
    alert_rate: int = Field(default=20, ge=1)
    alert_attempts: int = Field(default=110, ge=1)
    judge_periods: int = Field(default=1_500, ge=1, le=100_000)
    public_url: str | None = None
    locale: str = "en"
    redis_url: SecretStr | None = Field(default=None, validation_alias="REDIS_URL")
    enable_cache: bool = Field(default=True, validation_alias="ENABLE_CACHE")
    cache_ttl: int = Field(default=300, ge=1, validation_alias="CACHE_TTL")
    jwt_secret: SecretStr | None = Field(default=None, validation_alias="JWT_SECRET")
    cors_origin: str = Field(default="", validation_alias="CORS_ORIGIN")
    proxies: int = Field(default=0, ge=0, le=10)
    registration: bool = False
    rate_limit: int = Field(default=3_000, ge=1)
    strict_rate_limit: int = Field(default=10, ge=1)
    import_documents: int = Field(default=5_000, ge=1)
    dagster_proxy: bool = False
    enable_snapshot: bool | None = None
    request_timeout: float = Field(default=15, ge=1, le=600)
    slow_query_ms: int = Field(default=1_000, ge=0, le=86_400_000)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    enable_tracing: bool = Field(default=False, validation_alias="ENABLE_TRACING")
    apm_service_name: str = Field(default="mdl", validation_alias="APM_SERVICE_NAME")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  the name is pydantic's
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Where values are looked for, the first that has one wins."""
        return (
            init_settings,
            env_settings,
            SecretFiles(settings_cls),
            dotenv_settings,
            SettingsFile(settings_cls),
        )

    @field_validator("home", "catalog")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("landing")
    @classmethod
    def _absolute_landing(cls, value: str) -> str:
        return value if "://" in value else str(Path(value).expanduser().absolute())

    @field_validator("database_url", "database_read_url")
    @classmethod
    def _postgres(cls, value: SecretStr | None) -> SecretStr | None:
        try:
            if value is None or make_url(value.get_secret_value()).get_backend_name() in _POSTGRES:
                return value
        except (ArgumentError, ValueError):
            pass
        # the value stays out of the message: it may hold a password
        raise ValueError("not the URL of a PostgreSQL database, such as postgresql://user@host:5432/mdl")

    @field_validator("memory_limit")
    @classmethod
    def _bytes(cls, value: str) -> str:
        if not _BYTES.fullmatch(value.strip()):
            raise ValueError(f"{value!r} is no size such as 512MB, 1.5GB or 2GiB")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if not is_zone(value):
            raise ValueError(f"{value!r} is not an IANA time zone such as America/New_York")
        return value

    @field_validator("backup_schedule")
    @classmethod
    def _five_fields(cls, value: str) -> str:
        from cronsim import CronSim, CronSimError  # noqa: PLC0415  a few milliseconds

        try:
            if value != "off":
                CronSim(value, datetime.now(UTC))
        except CronSimError as error:
            raise ValueError(
                f"{value!r} is neither off nor five fields of cron such as 0 2 * * *: {error}"
            ) from error
        return value

    @field_validator("locale")
    @classmethod
    def _known_locale(cls, value: str) -> str:
        from babel.core import Locale, UnknownLocaleError  # noqa: PLC0415  only where one was set

        try:
            return str(Locale.parse(value.replace("-", "_")))
        except (UnknownLocaleError, ValueError) as error:
            raise ValueError(f"{value!r} is no locale such as en, en_GB, de or ja") from error

    @field_validator("as_of", mode="before")
    @classmethod
    def _now_is_none(cls, value: Any) -> Any:
        return None if value == "now" else value

    @field_validator("cors_origin")
    @classmethod
    def _exact_origins(cls, value: str) -> str:
        for origin in filter(None, value.split(",")):
            if not _ORIGIN.fullmatch(origin.strip()):
                raise ValueError(f"{origin.strip()!r} is not an origin such as https://reports.example.com")
        return value

    @field_validator("source_urls")
    @classmethod
    def _prefixes(cls, value: str) -> str:
        for prefix in filter(None, (each.strip() for each in value.split(","))):
            if not _PREFIX.fullmatch(prefix):
                raise ValueError(
                    f"{prefix!r} is not the beginning of a URL such as https://data.example.com/sales"
                )
        return value

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is not None and not _WEB_ADDRESS.fullmatch(value):
            raise ValueError(f"{value!r} is not an address such as https://mdl.example.com")
        return value

    @cached_property
    def cors_origins(self) -> frozenset[str]:
        """The origins whose pages may call the API."""
        return frozenset(origin.strip() for origin in self.cors_origin.split(",") if origin.strip())

    @cached_property
    def granted_urls(self) -> list[str]:
        """Beginnings of the URLs that sources of the API may name."""
        return [prefix.strip() for prefix in self.source_urls.split(",") if prefix.strip()]

    @cached_property
    def granted_connections(self) -> frozenset[str]:
        """Names of the connections that sources of the API may use."""
        return frozenset(name.strip() for name in self.api_connections.split(",") if name.strip())

    @property
    def told_by_default(self) -> list[str]:
        """The channels of incidents that name none."""
        return [channel.strip() for channel in self.alert_channels.split(",") if channel.strip()]

    @cached_property
    def zone(self) -> ZoneInfo:
        """The reporting time zone."""
        return ZoneInfo(self.timezone)

    @property
    def as_of_utc(self) -> datetime | None:
        """`MDL_AS_OF` as an instant in UTC; a value without an offset is wall time of the reporting zone."""
        if self.as_of is None:
            return None
        local = self.as_of if self.as_of.tzinfo else self.as_of.replace(tzinfo=self.zone)
        return local.astimezone(UTC)

    @property
    def keeps_snapshot(self) -> bool:
        """Whether the API keeps a snapshot on disk: in production, where nothing else is said."""
        return self.env == "production" if self.enable_snapshot is None else self.enable_snapshot

    @property
    def lake_path(self) -> Path:
        """Root of the Delta table of events."""
        return self.home / "lake" / "events"

    @property
    def backups(self) -> str:
        """Where backups are kept, a path or URL that may hold a password; a folder in the home where none is set."""
        return self.backup_target.get_secret_value() if self.backup_target else str(self.home / "backups")

    @property
    def staging_path(self) -> Path:
        """Where parsed files wait for validation and computed values for publication."""
        return self.home / "staging"


def load_settings(**overrides: Any) -> Settings:
    """Read the environment and `.env`; `overrides` win and are named as the fields.

    Raises:
        ConfigurationError: a value is illegal; the message names the variable and what is legal.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        lines = [
            f"  {variable('.'.join(map(str, problem['loc'])))}: {_said(problem)}"
            for problem in error.errors()
        ]
        raise ConfigurationError("\n".join(["settings are not usable:", *lines])) from error
    except SettingsError as error:
        # its text names the field and holds no value; its cause does, and is left out
        raise ConfigurationError(f"settings are not usable: {error}; JSON is expected") from None
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigurationError(
            f"settings are not usable: .env cannot be read: {what}; mend or remove it"
        ) from None


def _said(problem: ErrorDetails) -> str:
    """What is wrong with a value and what is legal; the value is told only where it cannot be a secret."""
    field = _field(str(problem["loc"][0]))
    if field is None or is_secret(field) or problem["type"] == "value_error" or len(problem["loc"]) > 1:
        return problem["msg"]
    return f"{str(problem['input'])!r} is not {legal(field)}"


def _field(name: str) -> FieldInfo | None:
    """The field of this name or alias."""
    fields = Settings.model_fields
    return fields.get(name) or next((each for each in fields.values() if each.validation_alias == name), None)


def variable(name: str) -> str:
    """The variable that sets a field; those that other software shares have no prefix, and are known by alias too."""
    field = Settings.model_fields.get(name)
    alias = field.validation_alias if field else name if name.isupper() else None
    return str(alias or f"MDL_{name.upper()}")
