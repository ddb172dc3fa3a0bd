"""The API as Flask-smorest builds it, with errors and pages of our own."""

from typing import Any

import flask_smorest
from flask import Flask

from webapi.views.schemas import ProblemSchema


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
