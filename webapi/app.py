"""The app factory: assembles identity, resources, errors and documentation; nothing connects before a request."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import swagger_ui
from flask import Flask, Response, send_from_directory
from flask.json.provider import JSONProvider
from flask_jwt_extended import JWTManager
from werkzeug.exceptions import NotFound

from core.clock import wall_now
from core.database import Database
from core.secrets import jwt_secret
from core.settings import Settings
from webapi import border, guards, problems, unversioned
from webapi.auth.routes import blueprint as auth
from webapi.cache import ResponseCache
from webapi.deadline import seconds_left
from webapi.health.routes import API_VERSION
from webapi.health.routes import blueprint as health
from webapi.house import Api
from webapi.json_text import to_json
from webapi.rates import Rates
from webapi.services import Services
from webapi.state import State
from webapi.stores import Stores
from webapi.telemetry import tracing
from webapi.v1.cache.routes import blueprint as cache
from webapi.v1.catalog.routes import blueprint as catalog
from webapi.v1.incidents.routes import blueprint as incidents
from webapi.v1.metrics.routes import blueprint as metric_routes
from webapi.v1.operations.routes import blueprint as operations
from webapi.v1.policies.routes import blueprint as policies
from webapi.v1.query.routes import blueprint as query
from webapi.v1.scorecards.routes import blueprint as scorecards

_SWAGGER_ASSETS = frozenset({"swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js"})


class _Json(JSONProvider):
    """As `to_json` writes it."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return to_json(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return guards.parse_json(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        body = to_json(self._prepare_response_obj(args, kwargs))
        return Response(body, content_type="application/json")


class _App(Flask):
    json_provider_class = _Json

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is a coroutine; asking each function each time costs a tenth of a kept answer."""
        return func


def create_app(settings: Settings) -> Flask:
    """The API over the database and secrets that the settings name.

    Raises:
        ConfigurationError: production without a usable secret.
    """
    app = _App("mdl", static_folder=None)
    app.config.update(
        API_TITLE="MDL reporting API",
        API_VERSION=API_VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="api/v1/openapi.json",
        OPENAPI_SWAGGER_UI_PATH="api-docs",
        OPENAPI_SWAGGER_UI_URL="/api-docs/assets/",
        JWT_SECRET_KEY=jwt_secret(settings),
        MAX_CONTENT_LENGTH=guards.MAX_BODY,
    )
    database = Database.open(settings, seconds_left)
    app.extensions["mdl"] = Services(
        settings=settings,
        database=database,
        state=State(database, wall_now),
        cache=ResponseCache(Stores.of(app, settings), settings.enable_cache),
        rates=Rates.of(settings),
        clock=wall_now,
    )
    JWTManager(app)
    problems.register(app)
    tracing.register(app, settings)
    guards.register(app)
    api = Api(app)
    api.register_blueprint(auth)
    api.register_blueprint(health)
    for blueprint in (catalog, metric_routes, query, scorecards, operations, incidents, policies, cache):
        api.register_blueprint(blueprint, url_prefix="/api/v1")
    unversioned.register(app)
    app.add_url_rule("/api-docs/assets/<path:name>", "swagger_assets", _swagger_asset)
    border.register(app)
    return app


def _swagger_asset(name: str) -> Response:
    if name not in _SWAGGER_ASSETS:
        raise NotFound(f"the page /api-docs has no part {name!r}")
    return send_from_directory(Path(swagger_ui.__file__).parent / "static", name)
