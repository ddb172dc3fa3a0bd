"""The blueprint of our routes: their terms are put before the views and into the documentation in one go."""

from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from typing import Any

import flask_smorest

from webapi.request.problems import CONTENT_TYPE
from webapi.views.decorators import Terms, View, behind_all
from webapi.views.parsing import PARSER
from webapi.views.schemas import ProblemSchema

# what any view may answer: unfit address or body, fault of the server, database away
_ALWAYS = (400, 500, 503)
_BODIES = frozenset({"POST", "PUT", "PATCH"})


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # ships no types
    """Routes say on which terms they answer; what these ask for comes before arguments are even parsed."""

    ARGUMENTS_PARSER = PARSER

    def route(self, rule: str, *, methods: Sequence[str] = ("GET",), **terms: Any) -> Callable[[View], View]:
        """Register a view.

        Args:
            rule: the path below the blueprint's own.
            methods: as Flask's.
            terms: those of `Terms`.
        """
        register, agreed = super().route(rule, methods=list(methods)), Terms(**terms)

        def decorate(view: View) -> View:
            declares_query = _declares_query(view)
            documented = self._documented(view, agreed, methods)
            guarded: View = register(behind_all(documented, agreed, declares_query=declares_query))
            return guarded

        return decorate

    def _documented(self, view: View, terms: Terms, methods: Sequence[str]) -> View:
        view = self.doc(operationId=view.__name__)(view)
        for status in sorted({*terms.errors, *_ALWAYS, *_refusals(terms, methods)}):
            phrase = HTTPStatus(status).phrase
            document = self.alt_response(
                status, schema=ProblemSchema, content_type=CONTENT_TYPE, description=phrase
            )
            view = document(view)
        if terms.role:
            proofs = ("bearer", "api_key") if terms.with_key else ("bearer",)
            security: list[dict[str, list[str]]] = [{name: []} for name in proofs]
            view = self.doc(security=security, **{"x-role": terms.role.value})(view)
        for name in terms.formats[1:]:
            text = {"type": "string"}
            view = self.alt_response(200, schema=text, content_type=name, description="OK")(view)
        if len(terms.formats) > 1:
            # documented last first: generated clients read the first that they know
            view._apidoc["response"]["responses"][200].reverse()  # type: ignore[attr-defined]  # noqa: SLF001
        return self.alt_response(304, description="As the ETag says")(view) if terms.kept_by else view


def _refusals(terms: Terms, methods: Sequence[str]) -> Iterator[int]:
    """Statuses of what is refused before the view."""
    if len(terms.formats) > 1:
        yield 406
    if terms.is_limited:
        yield 429
    if _BODIES.intersection(methods):
        yield from (408, 413)
    if terms.role:
        yield from (401, 403)
    if not terms.takes_any_query:
        yield 422


def _declares_query(view: View) -> bool:
    parameters = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", ())
    return any(each["in"] == "query" for each in parameters)
