"""The blueprint of our routes: their terms are put before the views and into the documentation in one go."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import flask_smorest

from webapi.request.problem_types import PROBLEMS
from webapi.request.problems import CONTENT_TYPE
from webapi.views.decorators import Terms, View, behind_all
from webapi.views.parsing import PARSER
from webapi.views.schemas import ProblemSchema

# what any view may answer: unfit address, fault of the server, database away
_ALWAYS = ("bad-request", "request-uri-too-long", "internal", "unavailable")
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
        if "<int:" in rule:
            # a number that no column of PostgreSQL holds
            agreed = replace(agreed, problems=(*agreed.problems, "invalid"))

        def decorate(view: View) -> View:
            declares_query = _declares_query(view)
            documented = self._documented(view, agreed, methods)
            guarded: View = register(behind_all(documented, agreed, declares_query=declares_query))
            return guarded

        return decorate

    def _documented(self, view: View, terms: Terms, methods: Sequence[str]) -> View:
        view = self.doc(operationId=view.__name__)(view)
        for status, kinds in by_status({*terms.problems, *_ALWAYS, *_refusals(terms, methods)}).items():
            view = self._problem(status, kinds, view)(view)
        if terms.role:
            proofs = ("bearer", "api_key") if terms.with_key else ("bearer",)
            security: list[dict[str, list[str]]] = [{name: []} for name in proofs]
            view = self.doc(security=security, **{"x-role": terms.role.value})(view)
        for name in terms.formats[1:]:
            schema = {"type": "object" if name.endswith("json") else "string"}
            view = self.alt_response(200, schema=schema, content_type=name, description="OK")(view)
        if len(terms.formats) > 1:
            # documented last first: generated clients read the first that they know
            view._apidoc["response"]["responses"][200].reverse()  # type: ignore[attr-defined]  # noqa: SLF001
        return self.alt_response(304, description="As the ETag says")(view) if terms.kept_by else view

    def _problem(self, status: int, kinds: Sequence[str], view: View) -> Callable[[View], View]:
        if _answers_otherwise(view, status):
            phrase = f"or a problem: `{'`, `'.join(kinds)}`"
            document = self.alt_response(
                status, schema=ProblemSchema, content_type=CONTENT_TYPE, description=phrase
            )
        else:
            document = self.alt_response(status, response=response_name(kinds))
        return document  # type: ignore[no-any-return]  # ships no types


def by_status(kinds: Iterable[str]) -> dict[int, tuple[str, ...]]:
    """Types of problems by their status, in the order of their table."""
    found: dict[int, tuple[str, ...]] = {}
    for kind in PROBLEMS:
        if kind in kinds:
            found[PROBLEMS[kind].status] = (*found.get(PROBLEMS[kind].status, ()), kind)
    return dict(sorted(found.items()))


def response_name(kinds: Sequence[str]) -> str:
    """Under which the document has the response that is one of these problems."""
    return ".".join(kinds)


def _refusals(terms: Terms, methods: Sequence[str]) -> Iterator[str]:
    """Types of what is refused before the view."""
    if len(terms.formats) > 1:
        yield "not-acceptable"
    if terms.is_limited:
        yield "too-many-requests"
    if _BODIES.intersection(methods):
        yield from ("request-timeout", "request-entity-too-large", "service-unavailable")
    if terms.role:
        yield from ("unauthorized", "forbidden")
        if not terms.with_one_time_password:
            yield "password-due"
    if not terms.takes_any_query:
        yield "unprocessable-entity"


def _answers_otherwise(view: View, status: int) -> bool:
    return status in getattr(view, "_apidoc", {}).get("response", {}).get("responses", {})


def _declares_query(view: View) -> bool:
    parameters = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", ())
    return any(each["in"] == "query" for each in parameters)
