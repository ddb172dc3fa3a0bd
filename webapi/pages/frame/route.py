"""How a page is asked for: by a cookie alone, counted as the API counts, kept as the API keeps, with forms guarded."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request
from marshmallow import fields, validate
from werkzeug.exceptions import BadRequest, Unauthorized

from schemas.documents.kinds import DocumentKey
from schemas.identity.errors import PasswordDueError
from schemas.identity.roles import Role
from webapi.pages.frame.rendering import address
from webapi.pages.frame.session import by_cookie, insist_on_csrf_token, local_path, renew_if_due, theme
from webapi.process.media_types import HTML
from webapi.request.context import current_request
from webapi.views.decorators import View, cached, unhurried
from webapi.views.identification import admitted, count
from webapi.views.kept_answers import KeptBy
from webapi.views.parsing import PARSER
from webapi.views.schemas import Schema

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class FileQuerySchema(Schema):
    """What every page takes: one of its tables as a file instead."""

    format = fields.String(load_default=None, validate=validate.OneOf(("csv", "xlsx")))
    table = fields.String(load_default=None)


class Pages(Blueprint):
    """Routes of pages."""

    def page(
        self,
        rule: str,
        *,
        role: Role | None = Role.VIEWER,
        methods: Sequence[str] = ("GET",),
        query: type[Schema] | None = None,
        kept_by: KeptBy | None = None,
        about: Callable[..., DocumentKey] | None = None,
        is_strict: bool = False,
        with_one_time_password: bool = False,
    ) -> Callable[[View], View]:
        """Register a view that answers HTML.

        Args:
            rule: the path.
            role: the least that may see it; None is everybody.
            methods: a page that takes forms has POST alone, and its token is checked.
            query: the view's first argument, parsed; of `page` a `FileQuerySchema`. Without one it takes no parameters.
            kept_by: as `Terms` has it; what is kept must show nothing of a single reader, and has no form.
            about: as `cached` has it.
            is_strict: count it against the strict rate limit too.
            with_one_time_password: show it also to those who must first choose a password of their own.
        """

        def decorate(view: View) -> View:
            wrapped = _with_query(view, query)
            wrapped = cached(wrapped, kept_by, about) if kept_by else unhurried(wrapped)
            if "POST" in methods:
                wrapped = _guarded(wrapped)
            wrapped = _signed_in(
                wrapped, role, is_strict=is_strict, with_one_time_password=with_one_time_password
            )
            self.add_url_rule(rule, view.__name__, wrapped, methods=list(methods))
            return view

        return decorate


def _with_query(view: View, schema: type[Schema] | None) -> View:
    parsed = (schema or FileQuerySchema)()

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        given = PARSER.parse(parsed, request, location="query")
        return view(given, *args, **kwargs) if schema else view(*args, **kwargs)

    return wrapper


def _guarded(view: View) -> View:
    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        insist_on_csrf_token()
        if any("\0" in text for pair in request.form.items(multi=True) for text in pair):
            raise BadRequest("the form holds the character NUL")
        return view(*args, **kwargs)

    return wrapper


def _signed_in(view: View, role: Role | None, *, is_strict: bool, with_one_time_password: bool) -> View:
    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        current = current_request()
        current.policy = POLICY
        # part of what kept answers are found by
        current.media_type = f"{HTML};{theme()}"
        try:
            who = None
            if role is not None:
                found = admitted(
                    role, with_one_time_password=with_one_time_password, with_key=False, proof=by_cookie
                )
                renew_if_due()
                who = f"user:{found.user_id}"
            else:
                count()
            if is_strict:
                count(who, is_strict=True)
        except PasswordDueError:
            return redirect("/account/password", 303)
        except Unauthorized:
            return _to_sign_in()
        return view(*args, **kwargs)

    return wrapper


def _to_sign_in() -> Response:
    """Sign in, and come back; a script that asked gets 401."""
    if request.method != "GET":
        return redirect("/sign-in", 303)  # type: ignore[return-value]  # werkzeug's is Flask's
    if request.headers.get("Sec-Fetch-Dest", "document") != "document":
        raise Unauthorized("the session has ended; sign in again")
    return redirect(f"/sign-in?next={quote(local_path(address()), safe='/')}", 303)  # type: ignore[return-value]
