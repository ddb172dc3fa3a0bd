"""What a request passes before its view, and the answer on its way back, in this order from the outside.

Who may call (`requires`), how often (`limited`), in which media type (`negotiated`), whether the answer is kept
(`cached`), and that no parameter is unknown (`without_query`, or the arguments that the view declares).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

from flask import request
from werkzeug.exceptions import NotAcceptable

from schemas.documents.kinds import DocumentKey
from schemas.identity.roles import Role
from webapi.process.media_types import JSON, first_accepted
from webapi.request.context import current_request
from webapi.views.identification import admitted, count
from webapi.views.kept_answers import KeptBy, Wanted, made_anew, made_once, place_of, respond, version_of
from webapi.views.parsing import refuse_query

View = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Terms:
    """On which terms a route is answered.

    role: the least role that may call it; None is everybody.
    kept_by: what finished answers are kept by, see `KeptBy`; None where they are not kept.
    takes_any_query: leave parameters alone that the view does not declare; all others refuse them with 422.
    is_strict: count it against the strict rate limit too, as what guesses secrets or makes them.
    is_limited: count it against the rate limits at all.
    with_one_time_password: answer also those who must first choose a password of their own.
    with_key: answer also those who send an API key instead of signing in; none may administer identities.
    problems: types of problems that the view itself may answer.
    formats: media types to choose from by Accept; the first is that of the response schema.
    """

    role: Role | None
    kept_by: KeptBy | None = None
    takes_any_query: bool = False
    is_strict: bool = False
    is_limited: bool = True
    with_one_time_password: bool = False
    with_key: bool = True
    problems: Sequence[str] = ()
    formats: Sequence[str] = (JSON,)


def behind_all(view: View, terms: Terms, *, declares_query: bool) -> View:
    """The view behind all that its terms ask for; what is put on last is passed first."""
    if not (terms.takes_any_query or declares_query):
        view = without_query(view)
    if terms.kept_by:
        view = cached(view, terms.kept_by)
    elif terms.role or terms.is_strict:
        view = unhurried(view)
    view = negotiated(view, terms.formats)
    if terms.is_limited:
        view = limited(view, is_strict=terms.is_strict, is_counted=terms.role is None)
    return requires(view, terms.role, terms) if terms.role else view


def requires(view: View, role: Role, terms: Terms) -> View:
    """Let only those with the role, or a greater one, pass to the view; every attempt counts against the rate limit."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        admitted(role, with_one_time_password=terms.with_one_time_password, with_key=terms.with_key)
        return view(*args, **kwargs)

    return wrapper


def limited(view: View, *, is_strict: bool, is_counted: bool) -> View:
    """Count calls of a view: against the strict limit, and against the general one where `requires` does not."""
    if not (is_strict or is_counted):
        return view

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        known = current_request().principal
        who = f"user:{known.user_id}" if known else None
        if is_counted:
            count(who)
        if is_strict:
            count(who, is_strict=True)
        return view(*args, **kwargs)

    return wrapper


def negotiated(view: View, formats: Sequence[str]) -> View:
    """Choose what to answer in before the view runs; the first format where the client does not mind.

    A view with a single format answers in it whatever is accepted, as most APIs do.
    """

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        current = current_request()
        current.media_type = formats[0]
        if len(formats) > 1 and request.headers.get("Accept", "*/*") not in ("", "*/*", formats[0]):
            best = request.accept_mimetypes.best_match(formats)
            if best is None:
                raise NotAcceptable(f"this can be had as {', '.join(formats)}")
            current.media_type = best
        return view(*args, **kwargs)

    return wrapper


def cached(view: View, kept_by: KeptBy, about: Callable[..., DocumentKey] | None = None) -> View:
    """Answer from the cache, and keep what the view answers with 200.

    about: from the path's parameters the one document that the answer tells of, if it is of one.
    """

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        current, environ = current_request(), request.environ
        cache = current.parts.cache
        # read before the data: data may be newer than the version says, never older
        version = version_of(kept_by, current, about(**request.view_args or {}) if about else None)
        encoding = first_accepted(environ.get("HTTP_ACCEPT_ENCODING", ""))
        place = place_of(environ, current, encoding)
        if cache.is_enabled and (kept := cache.stores.get(place, version)) is not None:
            return respond(kept, current, "HIT")
        current.give_up_turn()
        make = made_once if cache.is_enabled else made_anew
        return make(Wanted(place, version, encoding), current, partial(view, *args, **kwargs))

    return wrapper


def unhurried(view: View) -> View:
    """Do not let kept answers wait for the view, which reads or writes each time."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        current_request().give_up_turn()
        return view(*args, **kwargs)

    return wrapper


def without_query(view: View) -> View:
    """Refuse any parameter, as views that declare some refuse all others."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if request.query_string:
            refuse_query()
        return view(*args, **kwargs)

    return wrapper
