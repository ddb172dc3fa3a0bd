"""Routes of settings."""

from typing import Any

from flask import Response

from schemas.identity.roles import Role
from webapi.v1.settings.schemas import NewValueSchema, SettingAnswerSchema, SettingsSchema
from webapi.views import server_control
from webapi.views.blueprint import Blueprint

blueprint = Blueprint(
    "settings", __name__, description="What holds, who said so, what can be changed meanwhile"
)


@blueprint.get("/settings", role=Role.ADMIN)
@blueprint.response(200, SettingsSchema)
def list_settings() -> dict[str, Any]:
    """List every setting as it holds.

    Secrets are masked. What the environment, `.env` or the file of `MDL_CONFIG` sets counts more than what is changed
    here.
    """
    return {"data": server_control.list_settings()}


@blueprint.get("/settings/<name>", role=Role.ADMIN, problems=("not-found",))
@blueprint.response(200, SettingAnswerSchema)
def get_setting(name: str) -> dict[str, Any]:
    """Read one setting.

    By its name or by that of its variable.
    """
    return {"data": server_control.read_setting(name)}


@blueprint.put("/settings/<name>", role=Role.ADMIN, problems=("not-found", "conflict", "invalid"))
@blueprint.arguments(NewValueSchema)
@blueprint.response(200, SettingAnswerSchema)
def change_setting(given: dict[str, Any], name: str) -> dict[str, Any]:
    """Change a setting while MDL runs.

    Every process knows it within a second, the next run of the pipeline too. 409 where it is set where MDL was started.
    """
    value = given["value"]
    server_control.change(name, str(value).lower() if isinstance(value, bool) else str(value))
    return {"data": server_control.read_setting(name)}


@blueprint.delete("/settings/<name>", role=Role.ADMIN, problems=("not-found", "conflict"))
@blueprint.response(204)
def reset_setting(name: str) -> Response:
    """Let the default of a setting hold again.

    It is no error if it does.
    """
    server_control.reset(name)
    return Response(status=204)
