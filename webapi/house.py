"""House subclasses of Flask-smorest: roles, caching, errors and pagination document themselves."""

from collections.abc import Callable, Sequence
from functools import wraps
from http import HTTPStatus
from operator import attrgetter
from typing import Any

import flask_smorest
import marshmallow as ma
from flask import Flask, Request, request
from webargs.core import missing
from webargs.flaskparser import FlaskParser, is_json_request

from schemas.identity.roles import Role
from webapi.cache import KeptBy, cached
from webapi.formats import JSON, negotiated
from webapi.guards import parse_json
from webapi.identity import View, requires
from webapi.problems import CONTENT_TYPE
from webapi.rates import limited

# what any view may answer: unfit address or body, fault of the server, database away
_ALWAYS = (400, 500, 503)
_BODIES = frozenset({"POST", "PUT", "PATCH"})


class Schema(ma.Schema):
    """Fields keep their order; unknown ones are an error, not ignored."""

    class Meta:
        """Options of every schema."""

        unknown = ma.RAISE


class PlainList(ma.fields.List[Any]):
    """A list of objects with the attributes of its schema, all of which JSON knows: dumped at once, not one by one.

    A year of days takes a twentieth of the time. Fields are named as the attributes, and nothing is computed or nested.
    """

    def _serialize(self, value: Any, *_: Any, **__: Any) -> list[dict[str, Any]]:
        names = tuple(self.inner.schema.dump_fields)  # type: ignore[attr-defined]  # of Nested
        of_row = attrgetter(*names)
        return [dict(zip(names, of_row(row), strict=True)) for row in value]


class FieldErrorSchema(Schema):
    """One field at fault."""

    field = ma.fields.String(required=True, metadata={"description": "dotted path, such as query.grain"})
    message = ma.fields.String(required=True)


class ProblemSchema(Schema):
    """Problem details (RFC 9457)."""

    type = ma.fields.String(required=True, metadata={"description": "urn:mdl:problem:…"})
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    instance = ma.fields.String(required=True, metadata={"description": "path that was asked for"})
    request_id = ma.fields.String(required=True, metadata={"description": "also in X-Request-ID and the log"})
    errors = ma.fields.List(ma.fields.Nested(FieldErrorSchema))


class Api(flask_smorest.Api):  # type: ignore[misc]  # ships no types
    """Errors are problem details, in the responses as in the documentation."""

    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to `problems.register`, which knows more of them."""

    def _register_responses(self) -> None:
        """No named responses: every route lists its own."""

    def _register_pagination_header(self) -> None:
        """No such header: pages are part of the body."""

    def init_app(self, app: Flask, **kwargs: Any) -> None:
        """Add the two ways to prove who one is."""
        super().init_app(app, **kwargs)
        bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        self.spec.components.security_scheme("bearer", bearer)
        self.spec.components.security_scheme(
            "api_key", {"type": "apiKey", "in": "header", "name": "X-API-Key"}
        )


class _Parser(FlaskParser):
    """Unknown parameters of a query are an error: a misspelt filter must not answer with everything."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {"query": ma.RAISE, "json": ma.RAISE}  # noqa: RUF012

    def handle_error(self, error: ma.ValidationError, req: Request, schema: ma.Schema, **options: Any) -> Any:
        """Say of an unknown parameter which there are."""
        names = sorted(field.data_key or name for name, field in schema.load_fields.items())
        known = f"known are {', '.join(names)}" if names else "none are known here"
        for texts in error.messages.get("query", {}).values():  # type: ignore[union-attr]  # by location
            if texts == ["Unknown field."]:
                texts[:] = [f"Unknown parameter; {known}."]
        return super().handle_error(error, req, schema, **options)

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data(cache=True) if is_json_request(req) else b""
        return parse_json(body) if body else missing


def _declares_query(view: View) -> bool:
    parameters = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", ())
    return any(each["in"] == "query" for each in parameters)


def _without_query(view: View) -> View:
    """Refuse any parameter, as views that declare some refuse all others."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if request.query_string:
            Blueprint.ARGUMENTS_PARSER.parse(Schema(), request, location="query")
        return view(*args, **kwargs)

    return wrapper


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # ships no types
    """Routes say who may call them and whether answers are kept; both come before arguments are even parsed."""

    ARGUMENTS_PARSER = _Parser()

    def route(
        self,
        rule: str,
        *,
        role: Role | None,
        kept_by: KeptBy | None = None,
        takes_any_query: bool = False,
        is_strict: bool = False,
        is_limited: bool = True,
        with_one_time_password: bool = False,
        with_key: bool = True,
        errors: Sequence[int] = (),
        formats: Sequence[str] = (JSON,),
        **options: Any,
    ) -> Callable[[View], View]:
        """Register a view.

        Args:
            rule: the path below the blueprint's own.
            role: the least role that may call it; None is everybody.
            kept_by: what finished answers are kept by, publication, catalog or both; None where they are not kept.
            takes_any_query: leave parameters alone that the view does not declare; all others refuse them with 422.
            is_strict: count it against the strict rate limit too, as what guesses secrets or makes them.
            is_limited: count it against the rate limits at all.
            with_one_time_password: answer also those who must first choose a password of their own.
            with_key: answer also those who send an API key instead of signing in; none may administer identities.
            errors: statuses of problems that the view itself may answer.
            formats: media types to choose from by Accept; the first is that of the response schema.
            options: as Flask's.
        """
        register = super().route(rule, **options)

        def decorate(view: View) -> View:
            view = self.doc(operationId=view.__name__)(view)
            refused = (406,) if len(formats) > 1 else ()
            of_limits = (429,) if is_limited else ()
            of_bodies = (408, 413) if _BODIES.intersection(options.get("methods", ())) else ()
            of_roles = (401, 403) if role else ()
            if not takes_any_query and not _declares_query(view):
                view = _without_query(view)
            of_arguments = () if takes_any_query else (422,)
            of_request = {*refused, *of_limits, *of_bodies, *of_roles, *of_arguments}
            for status in sorted({*errors, *_ALWAYS, *of_request}):
                phrase = HTTPStatus(status).phrase
                document = self.alt_response(
                    status, schema=ProblemSchema, content_type=CONTENT_TYPE, description=phrase
                )
                view = document(view)
            if role:
                proofs = ("bearer", "api_key") if with_key else ("bearer",)
                security: list[dict[str, list[str]]] = [{name: []} for name in proofs]
                view = self.doc(security=security, **{"x-role": role.value})(view)
            for name in formats[1:]:
                text = {"type": "string"}
                view = self.alt_response(200, schema=text, content_type=name, description="OK")(view)
            if len(formats) > 1:
                # documented last first: generated clients read the first that they know
                view._apidoc["response"]["responses"][200].reverse()  # type: ignore[attr-defined]  # noqa: SLF001
            if kept_by:
                view = self.alt_response(304, description="As the ETag says")(cached(kept_by)(view))
            view = negotiated(formats)(view)
            if is_limited:
                view = limited(view, is_strict=is_strict, is_counted=role is None)
            if role:
                view = requires(role, with_one_time_password=with_one_time_password, with_key=with_key)(view)
            guarded: View = register(view)
            return guarded

        return decorate
