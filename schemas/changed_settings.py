"""Settings that an administrator changed while MDL runs: kept in the database, beneath environment, `.env` and file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from core.errors import ConfigurationError, PermanentError
from core.settings import Settings, load_settings, variable
from schemas.tables import changed_settings, server_state

# those whose change harms nobody who is being served: no address, no secret, nothing that a process holds open
CHANGEABLE = (
    *("enable_cache", "cache_ttl", "rate_limit", "strict_rate_limit", "registration", "import_documents"),
    *("alert_channels", "alert_rate", "alert_attempts", "judge_periods"),
    *("log_level", "slow_query_ms"),
    *("keep_log_days", "keep_revision_days", "keep_values_days", "keep_audit_days", "keep_report_days"),
)


class UnknownSettingError(PermanentError):
    """There is no setting of the name that can be changed while MDL runs."""


class PinnedSettingError(PermanentError):
    """Whoever operates MDL has set it, which counts more."""


@dataclass(frozen=True)
class ChangedSetting:
    """What an administrator said; `value` as the environment would have it."""

    value: str
    changed_by: str
    changed_at: datetime


def read_changes(connection: Connection) -> dict[str, ChangedSetting]:
    """What was changed, by the name of the field."""
    rows = connection.execute(select(changed_settings))
    return {row.name: ChangedSetting(row.value, row.changed_by, row.changed_at) for row in rows}


def in_force(connection: Connection, settings: Settings) -> Settings:
    """The settings with what was changed, except where the environment, `.env` or the file says something.

    A change that this version of MDL no longer takes is left out: it must not keep anything from starting.
    """
    changes: dict[str, Any] = {}
    for name, change in read_changes(connection).items():
        if name in CHANGEABLE and name not in settings.model_fields_set:
            try:
                changes[name] = parsed(name, change.value)
            except ConfigurationError:
                continue
    return settings.model_copy(update=changes) if changes else settings


def parsed(name: str, value: str) -> Any:
    """A value as the setting has it.

    Raises:
        ConfigurationError: it is not legal; the message says what is.
    """
    return getattr(load_settings(**{name: value}), name)


def change_setting(
    connection: Connection, name: str, value: str, settings: Settings, who: str, now: datetime
) -> None:
    """Let a value hold from now on; every process knows it within a second.

    Raises:
        UnknownSettingError: it cannot be changed while MDL runs.
        PinnedSettingError: the environment, `.env` or the file sets it.
        PermanentError: the value is not legal; the message says what is.
    """
    _insist_changeable(name, settings)
    try:
        parsed(name, value)
    except ConfigurationError as error:
        raise PermanentError(str(error).partition("\n")[2].strip() or str(error)) from error
    given = {"value": value, "changed_by": who, "changed_at": now}
    statement = insert(changed_settings).values(name=name, **given)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=given))
    tell_processes(connection, "settings_version")


def reset_setting(connection: Connection, name: str, settings: Settings) -> None:
    """Let the default hold again; it is no error if it does.

    Raises:
        UnknownSettingError: it cannot be changed while MDL runs.
        PinnedSettingError: the environment, `.env` or the file sets it.
    """
    _insist_changeable(name, settings)
    connection.execute(delete(changed_settings).where(changed_settings.c.name == name))
    tell_processes(connection, "settings_version")


def tell_processes(connection: Connection, what: str) -> None:
    """Raise a number that every process compares: `settings_version`, or `cache_version` to forget kept answers."""
    numbers: Mapping[str, int] = {"settings_version": 0, "cache_version": 0, what: 1}
    statement = insert(server_state).values(id=1, **numbers)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_={what: server_state.c[what] + 1})
    )


def _insist_changeable(name: str, settings: Settings) -> None:
    if name not in CHANGEABLE:
        raise UnknownSettingError(
            f"{name!r} cannot be changed while MDL runs; these can: {', '.join(CHANGEABLE)}"
        )
    if name in settings.model_fields_set:
        raise PinnedSettingError(
            f"{variable(name)} is set where MDL was started, which counts more: change it there, or unset it there"
        )
