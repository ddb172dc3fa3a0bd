"""Refused rows as they go into quarantine: what was delivered and every reason."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from pipelines.validation.report import Findings
from pipelines.validation.rules import Row
from schemas.documents.documents import Source

# of one file's refused rows, how many are kept to look at; all are counted
KEPT_ROWS = 10_000


@dataclass(frozen=True)
class RefusedRow:
    """One row in quarantine; `raw` is the row as delivered, or its mapped columns where all could be read."""

    file_id: str
    row_number: int
    reasons: list[str]
    raw: object


def quarantined(
    connection: DuckDBPyConnection, source: Source, rows: str, findings: Findings
) -> list[RefusedRow]:
    """The kept bad rows of some files; `rows` selects their staged rows with file_id."""
    wanted = [(file, number) for file, failed in findings.failed.items() for number in failed]
    if not wanted:
        return []
    files, numbers = zip(*wanted, strict=True)
    kept = {"file_id": pa.array(files, pa.string()), "row_number": pa.array(numbers, pa.int64())}
    connection.register("kept", pa.table(kept))
    found = connection.execute(
        f"SELECT * FROM ({rows}) SEMI JOIN kept USING (file_id, row_number) ORDER BY file_id, row_number"
    )
    columns = [name for name, *_ in found.description or ()]
    return [_refused(source, dict(zip(columns, row, strict=True)), findings) for row in found.fetchall()]


def _refused(source: Source, row: dict[str, Any], findings: Findings) -> RefusedRow:
    failed = [findings.rules[index] for index in findings.failed[row["file_id"]][row["row_number"]]]
    reasons = [rule.reason(row) for rule in failed if not _is_consequence(rule.column, row)]
    return RefusedRow(row["file_id"], row["row_number"], reasons, _raw(source, row))


def _is_consequence(column: str, row: Row) -> bool:
    """Whether a rule on the column fails only because of what another rule says better."""
    if row["malformed"] is not None:
        return column != "malformed"
    return column == "occurred_at" and row["unread_occurred_at"] is not None


def _raw(source: Source, row: Mapping[str, Any]) -> object:
    if row["raw"] is not None:
        # neither the null character nor NaN exists in PostgreSQL's JSON
        given = row["raw"].replace("\\u0000", "\\ufffd")
        return json.loads(given, parse_constant=str, parse_float=_number, parse_int=_number)
    moment: datetime | None = row["occurred_at"]
    named = {source.event_column: row["event"]} if source.event_column else {}
    return {
        **named,
        source.timestamp.column: moment.astimezone(UTC).isoformat() if moment else None,
        **{column: row[f"dim_{name}"] for name, column in source.dimensions.items()},
        **{column: row[f"field_{name}"] for name, column in source.fields.items()},
    }


def _number(text: str) -> object:
    """A number of JSON as it can be stored; one that doubles cannot hold stays the text that was delivered."""
    value = float(text)
    if not isfinite(value):
        return text
    return value if set(text) & set(".eE") else int(text)
