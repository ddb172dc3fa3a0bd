"""Templates and what they may use; a table of a page is also given as a file where the address says so."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, render_template, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import NotFound

from reports.cells import Table, to_csv
from reports.documents.addresses import report_path
from reports.figures import Figures
from reports.workbooks.tables import to_xlsx
from schemas.identity.roles import Role
from webapi.pages.frame.assets import asset_address
from webapi.pages.frame.markup import CellMarkup
from webapi.pages.frame.session import csrf_token, theme
from webapi.process.media_types import CSV, HTML, XLSX
from webapi.request.context import app_parts, current_request

_VARY = "Accept, Accept-Encoding, Cookie"


def register(app: Flask) -> None:
    """Give templates what they use."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=asset_address,
        address=address,
        page_path=page_path,
        csrf=csrf_token,
        report_path=report_path,
    )
    app.extensions["mdl.figures"] = figures = Figures(app.extensions["mdl"].settings.locale)
    app.jinja_env.globals.update(fig=figures, write=CellMarkup(figures, local))


def figures() -> Figures:
    """How the installation's locale writes numbers."""
    found: Figures = current_app.extensions["mdl.figures"]
    return found


def page(template: str, title: str, tables: Sequence[Table] = (), **context: Any) -> Response:
    """A page; or one of its tables, where the query asks for it as `format` (csv, xlsx) and `table`.

    Args:
        template: a file below `templates`.
        title: of the page, without the product's name.
        tables: those that can be had as files; templates find them by name in `tables`.
        context: what else the template shows.

    Raises:
        NotFound: the page has no such table.
    """
    if wanted := request.args.get("format"):
        return _as_file(wanted, request.args.get("table"), tables)
    text = render_template(
        template, title=title, tables={each.name: each for each in tables}, **frame(), **context
    )
    return Response(
        text, content_type=f"{HTML}; charset=utf-8", headers={"Vary": _VARY, "Cache-Control": "no-store"}
    )


def frame() -> dict[str, Any]:
    """What the frame around a page shows of the request."""
    current = current_request()
    known, moment = current.principal, current.snapshot_at
    return {
        "theme": theme(),
        "is_signed_in": known is not None,
        "is_editor": known is not None and known.role.covers(Role.EDITOR),
        "is_admin": known is not None and known.role.covers(Role.ADMIN),
        "here": request.path,
        "snapshot_at": moment and local(moment.astimezone(UTC)),
    }


def address(**changes: Any) -> str:
    """The page at hand with other parameters; None takes one away.

    Of the answer to a form, which has no address, it is the nearest page above.
    """
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in changes]
    given = [(name, value) for name, value in changes.items() if value is not None]
    query = urlencode([*kept, *given])
    return f"{page_path()}?{query}" if query else page_path()


def page_path() -> str:
    """The path of the page at hand, as addresses write it."""
    path, routes = request.path, current_app.create_url_adapter(request)
    assert routes is not None, "there is a request"  # noqa: S101
    while request.method == "POST" and path and not routes.test(path, "GET"):
        path = path.rpartition("/")[0]
    return quote(path or "/")


def local(moment: datetime) -> datetime:
    """By the clock of the reporting zone, where it is not by one already: as pages show it and workbooks hold it."""
    return moment.astimezone(app_parts().settings.zone) if moment.tzinfo is UTC else moment


def _as_file(kind: str, name: str | None, tables: Sequence[Table]) -> Response:
    chosen = [each for each in tables if name is None or each.name == name]
    if not chosen or kind not in ("csv", "xlsx"):
        there = ", ".join(each.name for each in tables) or "none"
        raise NotFound(f"this page has no such table as a file; there are {there}, as csv and xlsx")
    body = to_csv(chosen[0]).encode() if kind == "csv" else to_xlsx(chosen)
    content_type = f"{CSV}; charset=utf-8" if kind == "csv" else XLSX
    disposition = f'attachment; filename="{chosen[0].name}.{kind}"'
    headers = {"Content-Disposition": disposition, "Vary": _VARY, "Cache-Control": "no-store"}
    return Response(body, content_type=content_type, headers=headers)
