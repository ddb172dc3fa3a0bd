"""Prometheus metrics of the API and of the business, right with any number of workers."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_flask_exporter import PrometheusMetrics

from core.errors import TransientError
from reports.business import Business, business
from webapi.services import services

_SIZES = (100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

_BUSINESS = {
    "metrics": "Metrics in the catalog",
    "domains": "Domains in the catalog",
    "objectives": "Objectives in the catalog",
    "publication_age_seconds": "Seconds since the newest publication was written",
    "users": "Users who may sign in",
    "users_active": "Users with a session that has not ended",
}


def register(app: Flask) -> None:
    """Count every request, and offer /metrics."""
    registry = CollectorRegistry()
    pool = Gauge(
        "mdl_database_connections",
        "Connections checked out",
        ["pool"],
        multiprocess_mode="livesum",
        registry=registry,
    )
    gauges = {
        name: Gauge(f"mdl_{name}", text, multiprocess_mode="mostrecent", registry=registry)
        for name, text in _BUSINESS.items()
    }
    answers = Counter(
        "mdl_cache_answers_total", "Answers by how the cache served them", ["how"], registry=registry
    )
    counters = {how: answers.labels(how) for how in ("HIT", "MISS", "STALE", "BYPASS", "NONE")}
    size = Histogram("mdl_http_response_bytes", "Sizes of answers as sent", buckets=_SIZES, registry=registry)

    def up_to_date(view: Callable[..., Any]) -> Callable[..., Any]:
        """Read the state of business and pool when it is asked for, not in between."""

        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            _refresh(pool, gauges)
            return view(*args, **kwargs)

        return wrapper

    metrics = PrometheusMetrics.for_app_factory(
        defaults_prefix="mdl",
        group_by="url_rule",
        buckets=_SECONDS,
        metrics_decorator=up_to_date,
        registry=registry,
    )
    metrics.init_app(app)

    @app.after_request
    def _count(response: Response) -> Response:
        if request.path != "/metrics":
            counters[g.get("cache", "NONE")].inc()
            size.observe(response.content_length or 0)
        return response


def _refresh(pool: Gauge, gauges: Mapping[str, Gauge]) -> None:
    at_work = services()
    for name, count in at_work.database.checked_out().items():
        pool.labels(name).set(count)
    try:
        found: Business = at_work.database.read(business, at_work.clock())
    except TransientError:  # the last ones stand, and readiness tells
        return
    for name, gauge in gauges.items():
        gauge.set(getattr(found, name))
