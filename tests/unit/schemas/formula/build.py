"""Catalogs for formula tests, with defaults."""

from typing import Any

from schemas.documents.documents import Catalog, Definition, Metric, Source, TimestampColumn
from schemas.formula.compile import compile_catalog
from schemas.formula.compiled import Compilation, CompiledMetric


def source(event: str | None, fields: str = "", dimensions: str = "", **more: Any) -> Source:
    """A source of one event; fields and dimensions are names parted by blanks."""
    return Source(
        source_id=f"source-{event}",
        format="csv",
        path="x.csv",
        event=event,
        timestamp=TimestampColumn(column="at"),
        fields={name: name for name in fields.split()},
        dimensions={name: name for name in dimensions.split()},
        **more,
    )


def any_event(fields: str = "", dimensions: str = "") -> Source:
    """A source that reads the event's name from a column."""
    return source(None, fields, dimensions, event_column="kind")


SHOP = (
    source("login", "", "user_id platform"),
    source("order", "value amount quantity", "status customer_id is_gift"),
    source("api_request", "duration_ms", "status path"),
    source("visit", "duration_ms", "page"),
)


def metric(metric_id: str, formula: str | None, short_name: str | None = None, **definition: Any) -> Metric:
    return Metric(
        metric_id=metric_id,
        name=metric_id,
        short_name=short_name,
        definition=Definition(formula=formula, **definition),
    )


def catalog(*metrics: Metric, sources: tuple[Source, ...] = SHOP) -> Catalog:
    return Catalog(
        sources={one.source_id: one for one in sources}, metrics={one.metric_id: one for one in metrics}
    )


def compile_all(*metrics: Metric, sources: tuple[Source, ...] = SHOP) -> Compilation:
    return compile_catalog(catalog(*metrics, sources=sources))


def compile_one(formula: str | None, sources: tuple[Source, ...] = SHOP, **definition: Any) -> CompiledMetric:
    """The metric `m` of this formula; fails where it is not computed."""
    compilation = compile_all(metric("m", formula, **definition), sources=sources)
    assert not compilation.errors, compilation.errors
    assert not compilation.documented, compilation.documented
    return compilation.metrics["m"]


def error_of(formula: str, sources: tuple[Source, ...] = SHOP, **definition: Any) -> str:
    """The one error that the metric `m` of this formula has."""
    compilation = compile_all(metric("m", formula, **definition), sources=sources)
    assert not compilation.metrics
    assert not compilation.documented, compilation.documented
    assert len(compilation.errors) == 1
    assert compilation.errors[0].document_id == "m"
    return compilation.errors[0].message


def reason_of(formula: str | None, sources: tuple[Source, ...] = SHOP, **definition: Any) -> str:
    """Why the metric `m` of this formula is only documented; its warning says the same."""
    compilation = compile_all(metric("m", formula, **definition), sources=sources)
    assert not compilation.errors, compilation.errors
    assert not compilation.metrics
    (warning,) = compilation.warnings
    assert warning.severity == "warning"
    assert warning.document_id == "m"
    assert compilation.documented["m"] in warning.message
    return compilation.documented["m"]
