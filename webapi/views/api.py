"""The API as Flask-smorest builds it, with errors and pages of our own."""

from collections.abc import Callable
from functools import partial
from threading import RLock
from typing import Any

import flask_smorest
from apispec import APISpec
from flask import Flask

from webapi.views.schemas import ProblemSchema


class Api(flask_smorest.Api):  # type: ignore[misc]  # ships no types
    """Errors are problem details, in the responses as in the documentation.

    The document is drawn up when it is first asked for: it would take most of the time of a start, and few ask.
    """

    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA = ProblemSchema

    def __init__(self, app: Flask) -> None:
        self._lock = RLock()
        self._undocumented: list[Callable[[APISpec], None]] = []
        super().__init__(app)

    @property
    def spec(self) -> APISpec:
        """The API's document, with every blueprint registered so far."""
        with self._lock:
            # what is drawn up asks for the document itself
            undocumented, self._undocumented = self._undocumented, []
            for document in undocumented:
                document(self._spec)
        return self._spec

    @spec.setter
    def spec(self, spec: APISpec) -> None:
        self._spec = spec

    def register_blueprint(self, blueprint: flask_smorest.Blueprint, **options: Any) -> None:
        """Register routes now, and what the document says of them once that is asked for."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint, **options)
        self.later(partial(self._document, blueprint))

    def later(self, document: Callable[[APISpec], None]) -> None:
        """Do something to the document once it is asked for, in the order in which this was called."""
        self._undocumented.append(document)

    def _document(self, blueprint: flask_smorest.Blueprint, spec: APISpec) -> None:
        name = blueprint.name
        blueprint.register_views_in_doc(self, self._app, spec, name=name, parameters=None)
        spec.tag({"name": name, "description": blueprint.description})

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
