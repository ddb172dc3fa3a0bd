"""Values as a table: CSV for spreadsheets, Arrow for programs; both hold what JSON holds."""

import json
import sys
from typing import TYPE_CHECKING, Any

from flask import Response

from reports.charts.models import DRAWING
from reports.models import MetricValue, ValuesAnswer
from reports.tabular import VALUE_COLUMNS, values_csv
from webapi.process.media_types import CSV
from webapi.views.trust import TrustSchema

if TYPE_CHECKING:
    import pyarrow as pa


def as_table(answer: ValuesAnswer, media_type: str) -> Response:
    """The rows of an answer; what they rest on is told in a header."""
    # a header holds ASCII, and reasons may hold anything
    meta = json.dumps(TrustSchema().dump(answer.trust), separators=(",", ":"))
    body = values_csv(answer) if media_type == CSV else to_arrow(answer, meta)
    return Response(body, content_type=media_type, headers={"X-MDL-Meta": meta})


def to_arrow(answer: ValuesAnswer, meta: str) -> bytes:
    """An IPC stream; instants carry the reporting zone."""
    if "pandas" not in sys.modules:
        with DRAWING:
            import pandas  # noqa: F401, ICN001, PLC0415  as PyArrow does at its first table
    import pyarrow as pa  # noqa: PLC0415  40 MB that a worker need not hold before it is asked for Arrow

    schema = _arrow_schema(answer.trust.timezone).with_metadata({"mdl": meta})
    columns = [[getattr(row, name) for row in answer.rows] for name in VALUE_COLUMNS if name != "grain"]
    columns.insert(VALUE_COLUMNS.index("grain"), [answer.grain] * len(answer.rows))
    table = pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_table(table)
    body: bytes = sink.getvalue().to_pybytes()
    return body


def _arrow_schema(timezone: str) -> "pa.Schema":
    import pyarrow as pa  # noqa: PLC0415  as above

    types = {
        str: pa.string(),
        bool: pa.bool_(),
        int: pa.int64(),
    }
    annotations = MetricValue.__annotations__

    def type_of(name: str) -> Any:
        if name in ("period_start", "period_end"):
            return pa.timestamp("us", timezone)
        return types.get(annotations[name], pa.float64())

    return pa.schema([(name, type_of(name)) for name in VALUE_COLUMNS])
