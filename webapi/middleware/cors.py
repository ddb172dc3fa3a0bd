"""Which pages in browsers may read answers (CORS)."""

from flask import Flask, Response, request

from core.settings import Settings
from webapi.request.context import app_parts

_ALLOWED = [
    ("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE"),
    (
        "Access-Control-Allow-Headers",
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-API-Key, X-Request-ID",
    ),
    ("Access-Control-Max-Age", "600"),
]
_EXPOSED = (
    "Access-Control-Expose-Headers",
    (
        "Deprecation, ETag, Link, Location, MDL-Snapshot, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
        "Retry-After, Sunset, X-Cache, X-MDL-Publication, X-Request-ID, X-Total-Count"
    ),
)


def register(app: Flask, settings: Settings) -> None:
    """Share answers with the origins that the settings name, if any."""
    if settings.cors_origins:
        app.after_request(_share)


def _share(response: Response) -> Response:
    """Let pages of the named origins read the answer; tokens travel in headers, so cookies are not shared."""
    response.vary.add("Origin")
    origin = request.headers.get("Origin")
    if origin in app_parts().settings.cors_origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers.extend([_EXPOSED])
        if request.method == "OPTIONS":
            response.headers.extend(_ALLOWED)
    return response
