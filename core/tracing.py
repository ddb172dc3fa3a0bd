"""Traces: spans cost next to nothing until somebody configures where they go."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from uuid import UUID

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.propagate import extract
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, TraceFlags

from core.settings import Settings

_LOW_HALF = (1 << 64) - 1


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


def run_span(run_id: str, name: str, **attributes: str | int) -> AbstractContextManager[Span]:
    """A span in the trace of a run, whose id is the run's own without its hyphens: whoever has one has the other.

    Steps of a run may be executed by several processes, which need not tell each other anything by that.
    """
    number = UUID(run_id).int
    run = SpanContext(
        number, number & _LOW_HALF or 1, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED)
    )
    context = trace.set_span_in_context(NonRecordingSpan(run))
    told = {"mdl.run_id": run_id, **attributes}
    return trace.get_tracer("mdl").start_as_current_span(name, context, attributes=told)


def note(event: str, **attributes: str | int) -> None:
    """Something that happened within the current span."""
    trace.get_current_span().add_event(event, attributes)


def configure(settings: Settings) -> None:
    """Send spans by OTLP over HTTP to where the standard `OTEL_*` variables say, if `ENABLE_TRACING` is on."""
    if not settings.enable_tracing or not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  heavy
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=Resource.create({"service.name": settings.apm_service_name}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
