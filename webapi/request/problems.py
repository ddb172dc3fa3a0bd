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
from webapi.request.problem_types import BASE, OF_HTTP, PROBLEMS

CONTENT_TYPE = "application/problem+json"
_LOG = structlog.get_logger("mdl.api")

# the first type that an error is an instance of decides
OF_ERRORS: Mapping[type[MdlError], str] = {
    SignInRefusedError: "sign-in-refused",
    WrongPasswordError: "wrong-password",
    PasswordDueError: "password-due",
    RoleTooHighError: "forbidden",
    RegistrationOffError: "registration-off",
    UnknownIdentityError: "not-found",
    LastAdminError: "last-admin",
    IdentityConflictError: "conflict",
    IdentityError: "invalid",
    UnknownError: "not-found",
    NothingPublishedError: "nothing-published",
    RestrictedError: "restricted",
    NoNumbersError: "no-numbers",
    NoLongerKeptError: "no-longer-kept",
    DamagedFileError: "damaged-file",
    NotOfferedError: "not-offered",
    TooManyRowsError: "too-many-rows",
    ReplacedScoresError: "scores-replaced",
    UnknownSettingError: "not-found",
    PinnedSettingError: "conflict",
    UnknownDocumentError: "not-found",
    DocumentExistsError: "conflict",
    AmbiguousKeyResultError: "conflict",
    ReferredToError: "referred-to",
    StaleDocumentError: "stale",
    UnknownAlertError: "not-found",
    IncidentStateError: "incident-state",
    SilenceError: "invalid-silence",
    KeyReusedError: "key-reused",
    RequestUnderWayError: "under-way",
    TooMuchWorkError: "too-large",
    CatalogError: "invalid-catalog",
    TransientError: "unavailable",
    ConfigurationError: "internal",
    PermanentError: "invalid",
}
RETRY_AFTER_SECONDS = 1
# the page of the manual that docs/reference/problems.md becomes
_DOCUMENTED = "/docs/reference/problems/"
_LONGEST_INSTANCE = 2_048


def problem(
    kind: str,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem response; `errors` name single fields, and the header Link where its type is documented."""
    status, title, *_ = PROBLEMS[kind]
    body: dict[str, Any] = {
        "type": f"{BASE}{kind}",
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
    response.headers["Link"] = f'<{_DOCUMENTED}#{kind}>; rel="help"'
    response.headers.update(headers or {})
    return response


def register(app: Flask) -> None:
    """Answer every error of the app in the one shape."""
    app.register_error_handler(MdlError, _of_mdl)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _of_anything)


def _of_mdl(error: MdlError) -> Response:
    kind = next(found for known, found in OF_ERRORS.items() if isinstance(error, known))
    status = PROBLEMS[kind].status
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
    return problem(kind, detail, errors=errors, headers=headers)


def _of_http(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response  # type: ignore[return-value]  # made by ourselves
    data = getattr(error, "data", {})
    headers = {name: value for name, value in error.get_headers() if name.lower() != "content-type"}
    messages = data.get("messages") or data.get("errors") or {}
    detail = "some fields are not legal" if messages else (error.description or error.name)
    kind = OF_HTTP.get(error.code or 500, "bad-request")
    return problem(kind, detail, errors=list(_fields(messages)), headers=headers)


def _of_anything(error: Exception) -> Response:
    """Whatever was not foreseen: logged in full, told in general."""
    _LOG.error("unforeseen error", exc_info=error, **asked_by())
    detail = "this is a fault of the server; its log has the details under the request's id"
    return problem("internal", detail)


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
