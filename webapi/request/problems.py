"""The one shape of every error: RFC 9457 problem details with the request's id."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from core.bounds import TooMuchWorkError
from core.errors import CatalogError, ConfigurationError, MdlError, PermanentError, TransientError
from reports.errors import (
    DamagedFileError,
    NoLongerKeptError,
    NoNumbersError,
    NothingPublishedError,
    NotOfferedError,
    ReplacedScoresError,
    RestrictedError,
    TooManyRowsError,
    UnknownError,
)
from schemas.alerting.errors import IncidentStateError, SilenceError, UnknownAlertError
from schemas.catalog.errors import (
    AmbiguousKeyResultError,
    DocumentExistsError,
    ReferredToError,
    StaleDocumentError,
    UnknownDocumentError,
)
from schemas.changed_settings import PinnedSettingError, UnknownSettingError
from schemas.identity.errors import (
    IdentityConflictError,
    IdentityError,
    LastAdminError,
    PasswordDueError,
    RegistrationOffError,
    RoleTooHighError,
    SignInRefusedError,
    UnknownIdentityError,
    WrongPasswordError,
)
from schemas.identity.idempotency import KeyReusedError, RequestUnderWayError
from webapi.request.context import asked_by, current_request

CONTENT_TYPE = "application/problem+json"
_BASE = "urn:mdl:problem:"
_LOG = structlog.get_logger("mdl.api")

# the first type that an error is an instance of decides
STATUS: Mapping[type[MdlError], tuple[int, str]] = {
    SignInRefusedError: (401, "sign-in-refused"),
    WrongPasswordError: (403, "wrong-password"),
    PasswordDueError: (403, "password-due"),
    RoleTooHighError: (403, "forbidden"),
    RegistrationOffError: (403, "registration-off"),
    UnknownIdentityError: (404, "not-found"),
    LastAdminError: (409, "last-admin"),
    IdentityConflictError: (409, "conflict"),
    IdentityError: (422, "invalid"),
    UnknownError: (404, "not-found"),
    NothingPublishedError: (404, "nothing-published"),
    RestrictedError: (403, "restricted"),
    NoNumbersError: (409, "no-numbers"),
    NoLongerKeptError: (410, "no-longer-kept"),
    DamagedFileError: (500, "damaged-file"),
    NotOfferedError: (422, "not-offered"),
    TooManyRowsError: (422, "too-many-rows"),
    ReplacedScoresError: (409, "scores-replaced"),
    UnknownSettingError: (404, "not-found"),
    PinnedSettingError: (409, "conflict"),
    UnknownDocumentError: (404, "not-found"),
    DocumentExistsError: (409, "conflict"),
    AmbiguousKeyResultError: (409, "conflict"),
    ReferredToError: (409, "referred-to"),
    StaleDocumentError: (412, "stale"),
    UnknownAlertError: (404, "not-found"),
    IncidentStateError: (409, "incident-state"),
    SilenceError: (422, "invalid-silence"),
    KeyReusedError: (422, "key-reused"),
    RequestUnderWayError: (409, "under-way"),
    TooMuchWorkError: (413, "too-large"),
    CatalogError: (422, "invalid-catalog"),
    TransientError: (503, "unavailable"),
    ConfigurationError: (500, "internal"),
    PermanentError: (422, "invalid"),
}
TITLES = {
    "sign-in-refused": "Sign-in refused",
    "wrong-password": "Wrong password",
    "password-due": "A new password is due",
    "forbidden": "Forbidden",
    "registration-off": "Registration is off",
    "last-admin": "Last administrator",
    "conflict": "Conflict",
    "invalid": "Invalid request",
    "not-found": "Not found",
    "nothing-published": "Nothing is published",
    "restricted": "Not for everyone to read",
    "no-numbers": "The metric has no numbers",
    "no-longer-kept": "No longer kept",
    "damaged-file": "The stored file is damaged",
    "not-offered": "Not offered",
    "too-many-rows": "Too many rows",
    "scores-replaced": "Scores replaced",
    "too-large": "Too large",
    "invalid-catalog": "The catalog document is at fault",
    "referred-to": "Others refer to the document",
    "stale": "The document has changed",
    "incident-state": "The state of the incident does not allow it",
    "invalid-silence": "The silence is not legal",
    "key-reused": "The idempotency key was used before",
    "under-way": "The request is under way",
    "unavailable": "Temporarily unavailable",
    "internal": "Internal error",
}
RETRY_AFTER_SECONDS = 1
_LONGEST_INSTANCE = 2_048


def problem(
    status: int,
    kind: str,
    title: str,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem response; `errors` name single fields."""
    body: dict[str, Any] = {
        "type": f"{_BASE}{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.path[:_LONGEST_INSTANCE],
        "request_id": current_request().request_id,
    }
    if errors:
        body["errors"] = list(errors)
    response = Response(orjson.dumps(body), status=status, content_type=CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(headers or {})
    return response


def register(app: Flask) -> None:
    """Answer every error of the app in the one shape."""
    app.register_error_handler(MdlError, _of_mdl)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _of_anything)


def _of_mdl(error: MdlError) -> Response:
    status, kind = next(found for known, found in STATUS.items() if isinstance(error, known))
    if kind == "internal":
        return _of_anything(error)
    if status == 500:
        _LOG.error("stored data are damaged", exc_info=error, **asked_by())
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == 503 else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    problems = getattr(error, "problems", ())
    errors = [{"field": str(getattr(each, "path", "")), "message": str(each)} for each in problems]
    detail = str(error).splitlines()[0] if problems else str(error)
    return problem(status, kind, TITLES[kind], detail, errors=errors, headers=headers)


def _of_http(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response  # type: ignore[return-value]  # made by ourselves
    status = error.code or 500
    data = getattr(error, "data", {})
    headers = {name: value for name, value in error.get_headers() if name.lower() != "content-type"}
    messages = data.get("messages") or data.get("errors") or {}
    detail = "some fields are not legal" if messages else (error.description or error.name)
    kind = error.name.lower().replace(" ", "-")
    return problem(status, kind, error.name, detail, errors=list(_fields(messages)), headers=headers)


def _of_anything(error: Exception) -> Response:
    """Whatever was not foreseen: logged in full, told in general."""
    _LOG.error("unforeseen error", exc_info=error, **asked_by())
    detail = "this is a fault of the server; its log has the details under the request's id"
    return problem(500, "internal", TITLES["internal"], detail)


def _fields(messages: Any, path: str = "") -> list[dict[str, str]]:
    """One entry per message of marshmallow's nested dictionaries, fields as dotted paths."""
    if isinstance(messages, Mapping):
        return [
            entry
            for name, below in messages.items()
            for entry in _fields(below, path if name == "_schema" else f"{path}.{name}".strip("."))
        ]
    texts = messages if isinstance(messages, list | tuple) else [messages]
    return [{"field": path, "message": str(text)} for text in texts]
