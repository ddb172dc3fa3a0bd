"""Traces: spans cost next to nothing until somebody configures where they go."""

from collections.abc import Mapping
from contextlib import AbstractContextManager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.propagate import extract
from opentelemetry.trace import Span, SpanKind

from core.settings import Settings


def span(name: str, **attributes: str | int) -> AbstractContextManager[Span]:
    """A span around a block, a child of the one it is in."""
    return trace.get_tracer("mdl").start_as_current_span(name, attributes=attributes)


def server_span(
    name: str, headers: Mapping[str, str], **attributes: str | int
) -> AbstractContextManager[Span]:
    """The span of a request that came in, a child of the caller's where it sent W3C trace context.

    Names of headers are in lower case.
    """
    context: Context = extract(headers)
    return trace.get_tracer("mdl").start_as_current_span(
        name, context, kind=SpanKind.SERVER, attributes=attributes
    )


def configure(settings: Settings) -> None:
    """Send spans by OTLP over HTTP to where the standard `OTEL_*` variables say, if `ENABLE_TRACING` is on."""
    if not settings.enable_tracing:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  heavy
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=Resource.create({"service.name": settings.apm_service_name}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
