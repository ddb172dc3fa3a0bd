"""What operators are told: traces, logs, metrics."""

from collections.abc import Callable

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from core import logs
from tests.integration.webapi.conftest import Asked

VALUES = "/api/v1/metrics/revenue/values?grain=day"
CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture(scope="module")
def provided() -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.fixture
def spans(provided: InMemorySpanExporter) -> InMemorySpanExporter:
    provided.clear()
    return provided


def test_a_request_and_its_query_are_spans_of_the_callers_trace(
    ask_of: Callable[..., Asked], published_url: str, spans: InMemorySpanExporter
) -> None:
    ask = ask_of(published_url, enable_tracing=True)
    ask.token("viewer")
    spans.clear()
    ask.get(VALUES, headers={"traceparent": CALLER})
    found = {span.name: span for span in spans.get_finished_spans()}
    request = found["GET /api/v1/metrics/<metric_id>/values"]
    assert f"{request.context.trace_id:032x}" == CALLER.split("-")[1]
    assert request.attributes["http.response.status_code"] == 200
    assert request.attributes["mdl.cache"] == "MISS"
    query = next(span for span in spans.get_finished_spans() if span.attributes.get("function") == "values")
    assert query.parent.span_id == request.context.span_id


def test_without_tracing_a_request_is_no_span(ask: Asked, spans: InMemorySpanExporter) -> None:
    ask.get(VALUES)
    assert "GET /api/v1/metrics/<metric_id>/values" not in {span.name for span in spans.get_finished_spans()}


def test_secrets_are_masked_however_deep() -> None:
    event = {"new_password": "x", "detail": {"Authorization": "y", "name": "z"}}
    assert logs.redact(None, "info", event) == {
        "new_password": "***",
        "detail": {"Authorization": "***", "name": "z"},
    }


def test_prometheus_reads_requests_cache_and_business(ask: Asked) -> None:
    for _ in range(2):
        ask.get(VALUES)
    lines = ask.get("/metrics", None).get_data(as_text=True).splitlines()
    found = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert float(found["mdl_metrics"]) == 3
    assert float(found["mdl_domains"]) == 1
    assert float(found["mdl_users"]) == 3
    assert float(found["mdl_publication_age_seconds"]) > 0
    assert float(found['mdl_cache_answers_total{how="HIT"}']) >= 1
    route = 'method="GET",route="/api/v1/metrics/<metric_id>/values",status="200"'
    assert float(found[f"mdl_http_request_seconds_count{{{route}}}"]) == 2
