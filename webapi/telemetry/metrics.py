"""Prometheus metrics of the API and of the business, right with any number of workers."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from flask import Flask
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_flask_exporter import PrometheusMetrics

from core.clock import now as as_of_now
from core.errors import TransientError
from reports.operations.business import Business, business
from reports.operations.late import Late, late
from reports.operations.runs import Runs, runs
from reports.operations.watch import CHANNELS, Watched, watched
from webapi.process.parts import AppParts
from webapi.request.context import CurrentRequest, app_parts
from webapi.telemetry import alerting, lateness, machine
from webapi.telemetry.database import DatabaseMeters
from webapi.telemetry.gauges import Family, Scraped, plain

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SIZES = (100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

_BUSINESS = {
    "metrics": "Metrics in the catalog",
    "domains": "Domains in the catalog",
    "objectives": "Objectives in the catalog",
    "reports": "Reports in the catalog",
    "publication_age_seconds": "Seconds since the newest publication was written",
    "users": "Users who may sign in",
    "users_active": "Users with a session that has not ended",
}


class _Exporter(PrometheusMetrics):  # type: ignore[misc]  # ships no types
    """Adds what is read with each scrape to what this worker, or all of them, counted."""

    also: Scraped

    def generate_metrics(
        self, accept_header: str | None = None, names: list[str] | None = None
    ) -> tuple[str, str]:
        """Text of everything, or of the named metrics."""
        registry = CollectorRegistry(auto_describe=bool(names))
        if _has_workers():
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        else:
            registry.register(self.registry)
        registry.register(self.also)
        encode, content_type = choose_encoder(accept_header or "")
        wanted: Any = registry.restricted_registry(names) if names else registry
        return encode(wanted).decode(), content_type


@dataclass
class Found:
    """What was read last; it stands while PostgreSQL is away."""

    watched: Watched | None = None
    late: Late | None = None
    runs: Runs = field(default_factory=Runs)
    is_answering: bool = False


@dataclass(frozen=True)
class Answering:
    """Whether what the API stands on answers, and what it reads instead.

    Args:
        outages: 1 for what is away and 0 for what answers, by what it is and why.
        is_shared: whether Redis answers; None where there is none.
        is_snapshot_used: whether reads go to the snapshot on disk; None where none is kept.
        snapshot_age: seconds since its moment; None where there is none that can be read.
    """

    outages: Mapping[tuple[str, ...], float]
    is_shared: bool | None = None
    is_snapshot_used: bool | None = None
    snapshot_age: float | None = None


class Meters:
    """The metrics of one app; what an app with several workers counted is put together where it is asked for."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        labels = ["method", "route", "status"]
        self._seconds = Histogram(
            "mdl_http_request_seconds", "Time to answer", labels, buckets=_SECONDS, registry=registry
        )
        self._bytes = Histogram(
            "mdl_http_response_bytes", "Sizes of answers as sent", buckets=_SIZES, registry=registry
        )
        self._answers = Counter(
            "mdl_cache_answers_total", "Answers by how the cache served them", ["how"], registry=registry
        )
        self._business = {
            name: Gauge(f"mdl_{name}", text, multiprocess_mode="mostrecent", registry=registry)
            for name, text in _BUSINESS.items()
        }
        self._kept = Gauge(
            "mdl_cache_bytes", "Bytes of kept answers", multiprocess_mode="livesum", registry=registry
        )
        self._database = DatabaseMeters(registry)
        self._found = Found()
        # finding a metric by its labels costs more than counting
        self._seconds_of = lru_cache(maxsize=2_000)(self._seconds.labels)
        self._answers_of = lru_cache(maxsize=10)(self._answers.labels)

    def count(self, current: CurrentRequest, method: str, status: int, length: int, seconds: float) -> None:
        """Count a request that was answered; senders may invent methods, so that those of no route share a label."""
        self._seconds_of(method if method in _METHODS else "other", current.route, status).observe(seconds)
        self._bytes.observe(length)
        self._answers_of(current.cache or "NONE").inc()

    def offer(self, app: Flask) -> None:
        """Answer /metrics, with the state of business and pools as it is then."""
        exporter = _Exporter.for_app_factory(
            export_defaults=False, metrics_decorator=self._up_to_date, registry=self.registry
        )
        parts: AppParts = app.extensions["mdl"]
        parts.database.observe(self._database, parts.settings.pool_size)
        parts.database.slow.count = self._database.was_slow
        parts.cache.stores.tell_bytes(self._kept.set)
        exporter.also = Scraped(lambda: self._families(parts))
        exporter.init_app(app)

    def _families(self, parts: AppParts) -> Iterator[Family]:
        return families(self._found, parts.settings.home, _answering(parts))

    def _up_to_date(self, view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            self._refresh()
            return view(*args, **kwargs)

        return wrapper

    def _refresh(self) -> None:
        parts, found = app_parts(), self._found
        # what was counted in the snapshot on disk would look like an answer
        now, read = parts.clock(), parts.database.without_snapshot.read
        found.is_answering = False
        try:
            counted: Business = read(business, now)
            found.watched = read(watched, now)
            found.late = read(late, now, as_of_now(parts.settings), CHANNELS)
            found.runs = read(runs, now)
        except TransientError:  # the last ones stand, and `mdl_database_up` tells
            return
        found.is_answering = True
        for name, gauge in self._business.items():
            gauge.set(getattr(counted, name))


def _answering(parts: AppParts) -> Answering:
    away = {
        "postgresql": parts.database.outage,
        "redis": parts.cache.stores.rests.outage or parts.rate_limits.rests.outage,
    }
    outages: dict[tuple[str, ...], float] = {
        (of, why.kind if why else ""): float(why is not None) for of, why in away.items()
    }
    shared = parts.cache.stores.ask_shared() if parts.cache.stores.shared is not None else None
    if parts.database.snapshot is None:
        return Answering(outages, shared)
    moment = parts.database.snapshot_moment()
    age = None if moment is None else (parts.clock() - moment).total_seconds()
    return Answering(outages, shared, parts.snapshot.disk_moment is not None, age)


def families(found: Found, home: Path, answering: Answering) -> Iterator[Family]:
    """What is read with each scrape, of what was read last, the folder MDL_HOME, and what answers now."""
    yield from alerting.families(found.watched) if found.watched else ()
    yield from lateness.of_late(found.late) if found.late else ()
    yield from lateness.of_runs(found.runs)
    yield from machine.families(home, has_workers=_has_workers())
    yield plain("mdl_database_up", "Whether PostgreSQL answered this scrape", found.is_answering)
    text = "1 while calls are refused since it does not answer, by what it said"
    yield Family("mdl_outage", text, ("of", "reason"), answering.outages)
    if answering.is_shared is not None:
        yield plain("mdl_redis_up", "Whether Redis answered this scrape", answering.is_shared)
    if answering.is_snapshot_used is not None:
        text = "Whether reads go to the snapshot on disk"
        yield plain("mdl_snapshot_used", text, answering.is_snapshot_used)
    if answering.snapshot_age is not None:
        text = "Seconds since the moment that the snapshot is of"
        yield plain("mdl_snapshot_age_seconds", text, answering.snapshot_age)


def _has_workers() -> bool:
    return "PROMETHEUS_MULTIPROC_DIR" in os.environ
