"""The settings, for administrators: what holds, who says so, and a form for what can be changed meanwhile."""

import re
from typing import Any

from flask import Response, redirect, request
from marshmallow import fields, validate

from core.errors import PermanentError
from reports.cells import Cell, Table
from schemas.identity.roles import Role
from webapi.pages.frame.rendering import local, page
from webapi.pages.frame.route import FileQuerySchema, Pages
from webapi.views import server_control
from webapi.views.server_control import SettingRow

blueprint = Pages("pages-settings", __name__)

_COLUMNS = {
    "variable": "Setting",
    "value": "Value",
    "source": "Said by",
    "takes": "Takes",
    "meaning": "Means",
    "changed_at": "Changed",
}
_SOURCES = {
    "environment": "the environment",
    "env_file": ".env",
    "file": "the file of MDL_CONFIG",
    "default": "the default",
}


class SettingsQuerySchema(FileQuerySchema):
    """What was just done, to be said again."""

    done = fields.String(load_default="", validate=validate.OneOf(("", "changed", "reset")))


@blueprint.page("/admin/settings", role=Role.ADMIN, query=SettingsQuerySchema)
def show_settings(query: dict[str, Any]) -> Response:
    """Every setting, and the form."""
    return _settings(done=query["done"])


@blueprint.page("/admin/settings", role=Role.ADMIN, methods=("POST",))
def send_setting() -> Response:
    """Another value, or the default again."""
    name = request.form.get("setting", "")
    is_reset = "reset" in request.form
    try:
        if is_reset:
            server_control.reset(name)
        else:
            server_control.change(name, request.form.get("value", "").strip())
    except PermanentError as error:
        shown = _settings(error=str(error))
        shown.status_code = 422
        return shown
    return redirect(f"/admin/settings?done={'reset' if is_reset else 'changed'}", 303)  # type: ignore[return-value]  # werkzeug's is Flask's


def _settings(done: str = "", error: str = "") -> Response:
    rows = server_control.list_settings()
    table = Table("settings", "Settings", _COLUMNS, [_row(each) for each in rows])
    changeable = [each for each in rows if each.is_changeable]
    return page(
        "settings.html",
        "Settings",
        [table],
        changeable=changeable,
        done=done,
        error=error,
        given=request.form,
    )


def _row(row: SettingRow) -> dict[str, Cell]:
    return {
        "variable": row.variable,
        "value": _plain(row.unset) if row.value in (None, "", "{}") else row.value,
        "source": row.changed_by or _SOURCES.get(row.source, row.source),
        "takes": row.takes,
        "meaning": _plain(row.meaning),
        "changed_at": local(row.changed_at) if row.changed_at else None,
    }


def _plain(markdown: str) -> str:
    """A text of the documentation without the marks of Markdown."""
    return re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", markdown).replace("`", "")
