"""What an administrator changes of how MDL serves, by API and by page: settings and kept answers, in every process."""

from datetime import datetime
from typing import NamedTuple

from core.configuration.legal_values import legal
from core.configuration.setting_meanings import MEANINGS
from core.setting_explanations import field_of, origins
from core.settings import Settings, variable
from schemas.changed_settings import (
    CHANGEABLE,
    ChangedSetting,
    UnknownSettingError,
    change_setting,
    read_changes,
    reset_setting,
    tell_processes,
)
from webapi.request.context import app_parts, principal
from webapi.views.audited_writes import Action, write


class SettingRow(NamedTuple):
    """One setting as it holds; `source` is environment, env_file, file, administrator or default."""

    name: str
    variable: str
    value: str | None
    takes: str
    meaning: str
    unset: str
    source: str
    is_changeable: bool
    changed_by: str | None
    changed_at: datetime | None


def list_settings() -> list[SettingRow]:
    """Every setting in the order of the documentation; secrets are masked."""
    parts = app_parts()
    changes, sources = parts.database.read_primary(read_changes), origins()
    return [_row(name, sources.get(name), changes.get(name)) for name in Settings.model_fields]


def read_setting(name: str) -> SettingRow:
    """One setting, by any of its names.

    Raises:
        UnknownSettingError: there is none of the name.
    """
    field = field_of(name)
    return next(row for row in list_settings() if row.name == _known(field, name))


def change(name: str, value: str) -> None:
    """Let a value hold, in every process within a second.

    Raises:
        PermanentError: the setting is unknown, not to be changed here, or does not take the value.
    """
    parts, field = app_parts(), _known(field_of(name), name)
    # of a setting that is refused the values are nobody's to read: it may be a secret
    told = {"from": getattr(parts.served.in_force, field), "to": value} if field in CHANGEABLE else {}
    action = Action("setting.change", f"setting:{field}", told)
    given = parts.served.given
    write(action, change_setting, field, value, given, principal().actor, parts.clock())
    _follow()


def reset(name: str) -> None:
    """Let the default hold again, in every process within a second.

    Raises:
        PermanentError: the setting is unknown or not to be changed here.
    """
    parts, field = app_parts(), _known(field_of(name), name)
    write(Action("setting.reset", f"setting:{field}"), reset_setting, field, parts.served.given)
    _follow()


def forget_kept_answers() -> None:
    """Forget every kept answer, in this process and Redis at once, in other processes within a second."""
    write(Action("cache.clear", "cache"), tell_processes, "cache_version")
    app_parts().cache.stores.clear()


def _follow() -> None:
    """Let this process go by what was changed before it answers."""
    snapshot = app_parts().snapshot
    snapshot.forget()
    snapshot.versions()


def _known(field: str | None, name: str) -> str:
    if field is None:
        raise UnknownSettingError(f"there is no setting {name!r}; GET /api/v1/settings lists them")
    return field


def _row(name: str, source: str | None, changed: ChangedSetting | None) -> SettingRow:
    served = app_parts().served
    value, meaning = getattr(served.in_force, name), MEANINGS[variable(name)]
    is_pinned = name in served.given.model_fields_set
    counts = changed is not None and not is_pinned
    return SettingRow(
        name=name,
        variable=variable(name),
        value=None if value is None else str(value),
        takes=legal(Settings.model_fields[name]),
        meaning=meaning.text,
        unset=meaning.unset,
        source="administrator" if counts else _source(source, is_pinned=is_pinned),
        is_changeable=name in CHANGEABLE and not is_pinned,
        changed_by=changed.changed_by if changed and counts else None,
        changed_at=changed.changed_at if changed and counts else None,
    )


def _source(origin: str | None, *, is_pinned: bool) -> str:
    """By what `origins` says; what whoever started the process gave it by other means counts as environment."""
    if origin is None:
        return "environment" if is_pinned else "default"
    return {"the environment": "environment", ".env": "env_file"}.get(origin, "file")
