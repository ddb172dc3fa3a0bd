"""Saved views: forms that name an address, call it something else, and forget it."""

from typing import Any

from flask import Response, redirect, request
from marshmallow import fields

from core.errors import PermanentError
from schemas.identity.errors import UnknownIdentityError
from schemas.identity.saved_views import LONGEST_NAME, delete_view, rename_view, save_view
from webapi.pages.frame.rendering import page
from webapi.pages.frame.route import Pages
from webapi.pages.metrics.exploring import ExploreQuerySchema, explored, viewer
from webapi.pages.metrics.forms import FormQuerySchema
from webapi.request.context import app_parts, principal
from webapi.views.audited_writes import Action, write

blueprint = Pages("pages-saved-views", __name__)


class NewViewSchema(FormQuerySchema):
    """What to give a name to."""

    address = fields.String(load_default="/explore")


@blueprint.page("/explore/views/new", query=NewViewSchema)
def show_new_view(query: dict[str, Any]) -> Response:
    """The form that gives an address a name."""
    return _form(query["address"])


@blueprint.page("/explore/views", methods=("POST",))
def send_view() -> Response:
    """A new saved view, or the form again."""
    given = request.form
    name, address, for_team = given.get("name", ""), given.get("address", ""), "for_team" in given
    action = Action("saved_view.create", f"view:{name[:LONGEST_NAME]}", {"for_team": for_team})
    try:
        write(action, save_view, viewer(), name, address, app_parts().clock(), for_team=for_team)
    except PermanentError as error:
        return _form(address, name, str(error))
    return _to_views()


@blueprint.page("/explore/views/rename", methods=("POST",))
def send_name() -> Response:
    """Another name for a view."""
    view_id, name = _view_id(), request.form.get("name", "")
    action = Action("saved_view.rename", f"view:{view_id}", {"name": name[:LONGEST_NAME]})
    try:
        write(action, rename_view, viewer(), view_id, name)
    except UnknownIdentityError:
        raise
    except PermanentError as error:
        return explored(ExploreQuerySchema().load({}), str(error))
    return _to_views()


@blueprint.page("/explore/views/delete", methods=("POST",))
def send_end_of_view() -> Response:
    """The end of a view; what it leads to stays."""
    view_id = _view_id()
    write(Action("saved_view.delete", f"view:{view_id}"), delete_view, viewer(), view_id)
    return _to_views()


def _view_id() -> int:
    """The view that the form is about; 0, which is none, where it names none."""
    sent = request.form.get("view", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 19 else 0


def _form(address: str, name: str = "", error: str = "") -> Response:
    shown = page(
        "saved-view.html",
        "Save a view",
        address_to_save=address,
        name=name,
        error=error,
        team=principal().team,
        longest=LONGEST_NAME,
    )
    shown.status_code = 422 if error else 200
    return shown


def _to_views() -> Response:
    return redirect("/explore#views", 303)  # type: ignore[return-value]  # werkzeug's is Flask's
