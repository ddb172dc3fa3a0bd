"""Search over everything from any page, for people and for the palette; the keys that pages know."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import Response
from marshmallow import fields, validate

from reports.documents.addresses import report_path
from schemas.browsing.search import MOST, Entry, search
from schemas.identity.roles import Role
from webapi.pages.catalog_tables import document_address
from webapi.pages.frame.rendering import page
from webapi.pages.frame.route import FileQuerySchema, Pages
from webapi.process.json_text import to_json
from webapi.process.media_types import JSON
from webapi.request.context import app_parts, principal

blueprint = Pages("pages-search", __name__)

_GROUPS: Mapping[str, str] = {
    "page": "Pages",
    "metric": "Metrics",
    "objective": "Objectives",
    "key_result": "Key results",
    "domain": "Domains",
    "source": "Sources",
    "report": "Reports",
    "alert_rule": "Alert rules",
}
_PAGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "/": ("Scorecard", ("home", "domains", "objectives", "health")),
    "/metrics": ("Metrics", ("numbers", "values")),
    "/explore": ("Explore", ("compare", "chart", "saved views")),
    "/incidents": ("Incidents", ("alerts", "silences")),
    "/reports": ("Reports", ("archive", "sent", "withheld", "pdf", "xlsx")),
    "/data": ("Data", ("files", "freshness", "refused rows", "quality")),
    "/catalog": ("Catalog", ("documents", "definitions", "history")),
    "/lineage": ("Lineage", ("sources", "graph")),
    "/account": ("Account", ("password", "sessions", "api keys")),
    "/about": ("About", ("version", "publication", "health")),
    "/help": ("Help", ("keys", "shortcuts", "keyboard")),
    "/docs/": ("Manual", ("documentation", "tutorials", "guides", "runbooks")),
}
_OF_ADMINS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "/admin": ("Administration", ("users", "roles", "keys", "cache")),
    "/admin/settings": ("Settings", ("limits", "retention", "cache")),
    "/admin/audit": ("Audit log", ("who did what",)),
}


class Hit(NamedTuple):
    """Something found, and where it is shown."""

    group: str
    name: str
    note: str
    href: str


class SearchQuerySchema(FileQuerySchema):
    """What is looked for."""

    q = fields.String(load_default="", validate=validate.Length(max=200))


@blueprint.page("/search", query=SearchQuerySchema, kept_by="catalog")
def show_search(query: dict[str, Any]) -> Response:
    """What was found, by kind."""
    found = _found(query["q"])
    groups = {name: [each for each in found if each.group == name] for name in _GROUPS.values()}
    return page("search.html", "Search", q=query["q"], found=found, groups=groups, most=MOST)


@blueprint.page("/search.json", query=SearchQuerySchema, kept_by="catalog")
def list_hits(query: dict[str, Any]) -> Response:
    """The same for scripts of the page, the nearest first."""
    hits = [each._asdict() for each in _found(query["q"])]
    return Response(to_json({"data": hits}), content_type=JSON)


@blueprint.page("/help")
def show_help() -> Response:
    """The keys that pages know."""
    return page("help.html", "Help")


@blueprint.page("/live")
def tell_publication() -> Response:
    """Which publication is the newest and whether PostgreSQL answers, as this process knows without asking."""
    snapshot = app_parts().snapshot
    body = to_json({"publication": snapshot.versions().publication_id, "is_away": snapshot.is_away})
    return Response(body, content_type=JSON, headers={"Cache-Control": "no-store"})


def _found(typed: str) -> list[Hit]:
    if not typed.strip():
        return []
    entries = app_parts().database.read(app_parts().book.open).entries
    return [_hit(each) for each in search([*_pages(), *entries], typed)]


def _pages() -> Sequence[Entry]:
    pages = {**_PAGES, **(_OF_ADMINS if principal().role.covers(Role.ADMIN) else {})}
    return [Entry("page", address, name, labels) for address, (name, labels) in pages.items()]


def _hit(entry: Entry) -> Hit:
    return Hit(_GROUPS[entry.kind], entry.name, entry.entry_id, _address(entry))


def _address(entry: Entry) -> str:
    """Where people look at it: its numbers where it has some, else its document."""
    if entry.kind == "page":
        return entry.entry_id
    if entry.kind == "report":
        return report_path(entry.entry_id)
    if entry.kind == "source":
        return document_address(entry.kind, entry.entry_id)
    if entry.kind == "alert_rule":
        kind, _, rest = entry.entry_id.partition(":")
        return document_address(kind, rest.rpartition("/")[0])
    section = "objectives" if entry.kind == "key_result" else f"{entry.kind}s"
    document_id = entry.entry_id.rpartition("/")[0] if entry.kind == "key_result" else entry.entry_id
    return f"/{section}/{quote(document_id)}"
