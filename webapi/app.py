"""The app factory: assembles identity, resources, errors and documentation; nothing connects before a request."""

from collections.abc import Callable
from functools import partial
from importlib.resources import files
from typing import Any

from flask import Flask, Response
from flask.json.provider import JSONProvider
from flask_jwt_extended import JWTManager

from core.clock import wall_now
from core.database import Database
from core.secrets import jwt_secret
from core.settings import Settings
from schemas.disk_snapshot.place import snapshot_url
from webapi.auth.routes import blueprint as auth
from webapi.document.complete import complete
from webapi.health.routes import blueprint as health
from webapi.middleware import cors, docs_page, outermost, proxies, unfit_requests, unversioned_paths
from webapi.pages import register as pages
from webapi.process.answer_stores import AnswerCache, AnswerStores
from webapi.process.health import API_VERSION
from webapi.process.json_text import parse_json, to_json
from webapi.process.parts import AppParts
from webapi.process.rate_limits import RateLimits
from webapi.process.served_settings import ServedSettings
from webapi.process.snapshot import ProcessSnapshot
from webapi.request import problems
from webapi.request.context import asked_by, note_read
from webapi.request.deadline import seconds_left
from webapi.telemetry import tracing
from webapi.v1.cache.routes import blueprint as cache
from webapi.v1.catalog.routes import blueprint as catalog
from webapi.v1.incidents.routes import blueprint as incidents
from webapi.v1.metrics.routes import blueprint as metric_routes
from webapi.v1.operations.routes import blueprint as operations
from webapi.v1.policies.routes import blueprint as policies
from webapi.v1.query.routes import blueprint as query
from webapi.v1.reports.routes import blueprint as reports
from webapi.v1.scorecards.routes import blueprint as scorecards
from webapi.v1.settings.routes import blueprint as settings_
from webapi.views.api import Api

# of version 1, in the order of the API document
_RESOURCES = (
    catalog,
    metric_routes,
    query,
    scorecards,
    operations,
    incidents,
    reports,
    policies,
    settings_,
    cache,
)


class _Json(JSONProvider):
    """As `to_json` writes it."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return to_json(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return parse_json(s)

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
    app = _App("mdl", static_folder=None, template_folder=str(files("webapi.pages") / "templates"))
    app.config.update(
        API_TITLE="MDL reporting API",
        API_VERSION=API_VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="api/v1/openapi.json",
        OPENAPI_SWAGGER_UI_PATH="api-docs",
        OPENAPI_SWAGGER_UI_URL="/api-docs/assets/",
        JWT_SECRET_KEY=jwt_secret(settings),
        MAX_CONTENT_LENGTH=unfit_requests.MAX_BODY,
    )
    app.extensions["mdl"] = _parts(app, settings)
    JWTManager(app)
    _surround(app, settings)
    return app


def _parts(app: Flask, settings: Settings) -> AppParts:
    find_snapshot = partial(snapshot_url, settings.home) if settings.keeps_snapshot else None
    database = Database.open(settings, seconds_left, find_snapshot).telling(note_read)
    database.slow.asked_by = asked_by
    cache = AnswerCache(AnswerStores.of(app, settings), settings.enable_cache)
    served = ServedSettings(settings, database, cache, RateLimits.of(settings))
    return AppParts(
        settings=settings,
        served=served,
        database=database,
        snapshot=ProcessSnapshot(database, wall_now, served.follow),
        cache=cache,
        rate_limits=served.limits,
        clock=wall_now,
    )


def _surround(app: Flask, settings: Settings) -> None:
    """Register the resources, and around them what every request passes, in the order in which it does."""
    problems.register(app)
    tracing.register(app, settings)
    proxies.register(app, settings)
    unfit_requests.register(app)
    docs_page.register(app)
    cors.register(app, settings)
    api = Api(app)
    api.register_blueprint(auth)
    api.register_blueprint(health)
    for blueprint in _RESOURCES:
        api.register_blueprint(blueprint, url_prefix="/api/v1")
    unversioned_paths.register(app)
    api.later(partial(complete, app))
    pages.register(app)
    outermost.register(app)
