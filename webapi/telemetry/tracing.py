"""One span per request, around those of queries and cache."""

from contextlib import ExitStack

from flask import Flask, Response, g, request
from opentelemetry.trace import get_current_span

from core.settings import Settings
from core.tracing import server_span
from webapi.request.context import current_request


def register(app: Flask, settings: Settings) -> None:
    """Trace every request if `ENABLE_TRACING` is on."""
    if not settings.enable_tracing:
        return

    @app.before_request
    def _begin() -> None:
        rule = str(request.url_rule or "unknown")
        attributes = {
            "http.request.method": request.method,
            "http.route": rule,
            "mdl.request_id": current_request().request_id,
        }
        carrier = {name.lower(): value for name, value in request.headers}
        g.traced = ExitStack()
        g.traced.enter_context(server_span(f"{request.method} {rule}", carrier, **attributes))

    @app.after_request
    def _note(response: Response) -> Response:
        current = get_current_span()
        current.set_attribute("http.response.status_code", response.status_code)
        current.set_attribute("mdl.publication", current_request().publication)
        current.set_attribute("mdl.cache", current_request().cache or "NONE")
        return response

    @app.teardown_request
    def _end(_error: BaseException | None) -> None:
        if "traced" in g:
            g.traced.close()
