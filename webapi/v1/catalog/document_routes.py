"""The routes that every kind of document has: one contract, registered once per kind."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote

from flask import Response, request

from reports.current_values import CurrentValue, current_values
from reports.errors import NothingPublishedError
from reports.models import Trust
from schemas.catalog import edit
from schemas.catalog.edit import Edited
from schemas.catalog.queries import DocumentQuery, filters_of, read_document, read_history, read_page
from schemas.catalog.stored import StoredDocument
from schemas.documents.kinds import Kind
from schemas.documents.received import read_body, receive
from schemas.identity.idempotency import Answer
from schemas.identity.roles import Role
from webapi.request.context import app_parts, reader
from webapi.v1.catalog.blueprint import blueprint
from webapi.v1.catalog.components import ANY_OBJECT, reference
from webapi.v1.catalog.document_schemas import schemas_of
from webapi.v1.catalog.editing import author, json_body
from webapi.views.audited_writes import Action, rendered, write, write_once
from webapi.views.decorators import View
from webapi.views.kept_answers import KeptBy
from webapi.views.pages import Page, PageQuerySchema, paged
from webapi.views.preconditions import IfMatchSchema, OnceSchema, expected_tags

_PATCH_TYPE = "application/merge-patch+json"


def add_reads(kind: Kind) -> None:
    """Add list, get and history of a kind."""
    schemas, path = schemas_of(kind), f"/{kind}s"
    one = f"{path}/<{kind}_id>"

    # with include=current, definitions carry numbers
    kept_by: KeptBy = "both" if kind == "metric" else "catalog"

    @blueprint.get(path, role=Role.VIEWER, kept_by=kept_by)
    @blueprint.arguments(schemas.query, location="query")
    @blueprint.response(200, schemas.page)
    @_named(f"list_{kind}s", f"List {kind}s.", "Filtered, searched and ordered; the newest version of each.")
    def list_documents(query: dict[str, Any]) -> Page:
        asked = DocumentQuery(kind, query["page"], query["limit"], query["sort"], query.get("search", ""))
        chosen = {name: query[name] for name in filters_of(kind) if name in query}
        found = app_parts().database.read(read_page, replace(asked, filters=chosen))
        body, headers = paged(found, query)
        if "current" in query.get("include", ()):
            body |= app_parts().database.read(_with_current, body["data"])
        return body, headers

    @blueprint.get(one, role=Role.VIEWER, kept_by="catalog", problems=("not-found",))
    @blueprint.response(200, schemas.answer, headers=_ETAG)
    @_named(f"get_{kind}", f"Read one {kind}.", "Its ETag is what If-Match wants when it is changed.")
    def get_document(**ids: str) -> Any:
        found = app_parts().database.read(read_document, kind, ids[f"{kind}_id"])
        return {"data": found}, 200, {"ETag": _etag(found)}

    @blueprint.get(f"{one}/history", role=Role.VIEWER, kept_by="catalog", problems=("not-found",))
    @blueprint.arguments(PageQuerySchema, location="query")
    @blueprint.response(200, schemas.history)
    @_named(
        f"get_{kind}_history",
        f"Read the history of {_article(kind)} {kind}.",
        "Who changed what, when and from where, newest first; of deleted ones too.",
    )
    def get_history(query: dict[str, int], **ids: str) -> Page:
        return paged(app_parts().database.read(read_history, kind, ids[f"{kind}_id"], **query), query)


def add_writes(kind: Kind) -> None:
    """Add create, replace, change and delete of a kind."""
    schemas, path = schemas_of(kind), f"/{kind}s"
    one = f"{path}/<{kind}_id>"
    written = partial(_written, kind)
    add_delete(kind)

    def created(edited: Edited) -> Answer:
        location = f"{request.path}/{quote(edited.document.document_id, safe='')}"
        tag = _etag(edited.document)
        return rendered(201, schemas.edited, _body(edited), Location=location, ETag=tag)

    @blueprint.post(
        path,
        role=Role.EDITOR,
        problems=("conflict", "unsupported-media-type", "invalid-catalog", "key-reused", "under-way"),
    )
    @blueprint.arguments(OnceSchema, location="headers")
    @blueprint.response(201, schemas.edited, headers={**_ETAG, **_LOCATION})
    @blueprint.doc(requestBody=_body_of("application/json", reference(kind)))
    @_named(
        f"create_{kind}",
        f"Create {_article(kind)} {kind}.",
        "The body is the document, spelled as in catalog files. An unknown field is an error.",
    )
    def create_document(_headers: dict[str, str]) -> Response:
        document = receive(kind, read_body(json_body()))
        action = Action(f"{kind}.create", f"{kind}:{edit.id_of(kind, document)}")
        return write_once(action, created, edit.create, kind, document, author())

    @blueprint.put(
        one,
        role=Role.EDITOR,
        problems=("not-found", "stale", "unsupported-media-type", "invalid-catalog", "precondition-required"),
    )
    @blueprint.arguments(IfMatchSchema, location="headers")
    @blueprint.response(200, schemas.edited, headers=_ETAG)
    @blueprint.doc(requestBody=_body_of("application/json", reference(kind)))
    @_named(
        f"replace_{kind}",
        f"Replace {_article(kind)} {kind}.",
        "The body is the whole document; sending back what was read changes nothing.",
    )
    def replace_document(_headers: dict[str, str], **ids: str) -> Any:
        return _edited(written("replace", edit.replace, ids, json_body(), expected_tags()))

    @blueprint.patch(
        one,
        role=Role.EDITOR,
        problems=("not-found", "stale", "unsupported-media-type", "invalid-catalog", "precondition-required"),
    )
    @blueprint.arguments(IfMatchSchema, location="headers")
    @blueprint.response(200, schemas.edited, headers=_ETAG)
    @blueprint.doc(requestBody=_body_of(_PATCH_TYPE, ANY_OBJECT))
    @_named(
        f"change_{kind}",
        f"Change {_article(kind)} {kind}.",
        "The body is a JSON merge patch (RFC 7396): what it names is replaced, null removes.",
    )
    def change_document(_headers: dict[str, str], **ids: str) -> Any:
        return _edited(written("update", edit.change, ids, json_body(), expected_tags()))


def add_delete(kind: Kind) -> None:
    """Add delete of a kind."""

    @blueprint.delete(
        f"/{kind}s/<{kind}_id>",
        role=Role.ADMIN,
        problems=("not-found", "referred-to", "stale", "invalid-catalog", "precondition-required"),
    )
    @blueprint.arguments(IfMatchSchema, location="headers")
    @blueprint.response(204)
    @_named(
        f"delete_{kind}",
        f"Delete {_article(kind)} {kind}.",
        "Its history stays. While others refer to it, it cannot be deleted; the answer says who does.",
    )
    def delete_document(_headers: dict[str, str], **ids: str) -> Response:
        _written(kind, "delete", edit.delete, ids, expected_tags())
        return Response(status=204)


def _written(kind: Kind, verb: str, function: Callable[..., Any], ids: dict[str, str], *given: Any) -> Any:
    document_id = ids[f"{kind}_id"]
    action = Action(f"{kind}.{verb}", f"{kind}:{document_id}")
    return write(action, function, kind, document_id, *given, author())


def _with_current(connection: Any, rows: list[StoredDocument]) -> dict[str, Any]:
    """The parts of a page of metrics that say where each stands; null where nothing is published."""
    found: Mapping[str, CurrentValue] = {}
    trust: Trust | None = None
    who = reader()
    with suppress(NothingPublishedError):
        found, trust = current_values(connection, [row.document_id for row in rows], who)
    told = [
        {
            **vars(row),
            "current": found.get(row.document_id),
            "restricted": not who.sees(row.document_id),
        }
        for row in rows
    ]
    return {"data": told, "meta": trust}


_ETAG = {"ETag": {"description": "names this state of the document", "schema": {"type": "string"}}}
_LOCATION = {"Location": {"description": "where the document stands", "schema": {"type": "string"}}}


def _body_of(content_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {content_type: {"schema": schema}}}


def _article(kind: Kind) -> str:
    return "an" if kind == "objective" else "a"


def _named(name: str, title: str, paragraph: str) -> Any:
    """Give a view that is made for each kind its name and docstring."""
    return partial(_name, name=name, text=f"{title}\n\n{paragraph}")


def _name(view: View, name: str, text: str) -> View:
    view.__name__ = view.__qualname__ = name
    view.__doc__ = text
    return view


def _edited(edited: Edited) -> tuple[dict[str, Any], int, dict[str, str]]:
    return _body(edited), 200, {"ETag": _etag(edited.document)}


def _body(edited: Edited) -> dict[str, Any]:
    return {"data": edited.document, "warnings": edited.warnings}


def _etag(document: StoredDocument) -> str:
    return f'"{document.tag}"'


for _kind in ("domain", "objective", "metric", "report"):
    add_reads(_kind)
    add_writes(_kind)
add_reads("source")
add_delete("source")
