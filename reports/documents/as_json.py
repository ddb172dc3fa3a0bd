"""A report as plain values of JSON: what is kept of every run, and what the API answers."""

import math
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from reports.cells import Cell, Change, Figure, Link, PeriodCell, Restricted, Share, Sparkline, Status, Table
from reports.charts.drawing import draw
from reports.documents.model import Cover, Illustration, Piece, ReportDocument, Section, Sentence

VERSION = 1
"""Of the shape below; a shape that readers of this one cannot read has the next."""


def contents_of(document: ReportDocument) -> dict[str, Any]:
    """The whole document; the same numbers as every format, unrounded.

    version: 1. cover: the fields of `Cover`; its period has grain, start and end. locale, paper: how formats write it.
    summary: sentences. sections: each with name, title, sentences, tables, illustrations and parts, which are sections.
    metrics: ids. hidden: of those that its audience may not read.

    A sentence has is_good (true, false, or null where it is neither) and pieces, which are cells. A table has name,
    caption, columns (each key and heading, in order) and rows: a cell by each key that the row has. An illustration has
    name, title, description, columns (headings) and rows (texts, numbers and null, one for each column); `moments` are
    instants of its rows, or empty.

    A cell has kind and value, null where there is none, and of some kinds more: `figure` unit (a text or null); `share`
    (of 1); `change` (in percent) is_good; `status` (a word); `period` (its start) grain; `link` href and note; `trend`
    (a list of numbers and nulls, the latest last); `restricted`; `text`; `number`; `flag`; `instant`; `day`; `none`.

    Instants are ISO 8601 with the offset of the report's zone, days without one. What is not a finite number is null.
    """
    return {
        "version": VERSION,
        "cover": _cover(document.cover),
        "locale": document.locale,
        "paper": document.paper,
        "summary": _each(_sentence, document.summary),
        "sections": _each(_section, document.sections),
        "metrics": list(document.metrics),
        "hidden": list(document.hidden),
    }


def _each(write: Callable[[Any], Any], them: Sequence[Any]) -> list[Any]:
    return [write(each) for each in them]


def _cover(cover: Cover) -> dict[str, Any]:
    period = cover.period
    values = {field.name: _value(getattr(cover, field.name)) for field in fields(cover)}
    return values | {
        "period": {"grain": period.grain, "start": period.start.isoformat(), "end": period.end.isoformat()},
        "doubts": list(cover.doubts),
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "name": section.name,
        "title": section.title,
        "sentences": _each(_sentence, section.sentences),
        "tables": _each(_table, section.tables),
        "illustrations": _each(_illustration, section.illustrations),
        "parts": _each(_section, section.parts),
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {"is_good": sentence.is_good, "pieces": _each(_cell, sentence.pieces)}


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "caption": table.caption,
        "columns": [{"key": key, "heading": heading} for key, heading in table.columns.items()],
        "rows": [{key: _cell(row[key]) for key in table.columns if key in row} for row in table.rows],
    }


def _illustration(illustration: Illustration) -> dict[str, Any]:
    chart = draw(illustration.numbers)
    return {
        "name": illustration.name,
        "title": chart.title,
        "description": chart.description,
        "columns": list(chart.table.columns),
        "rows": [_each(_value, row) for row in chart.table.rows],
        "moments": _each(_value, chart.table.moments),
    }


_KINDS: dict[type[Any], str] = {
    Figure: "figure",
    Share: "share",
    Change: "change",
    Status: "status",
    PeriodCell: "period",
    Link: "link",
    Restricted: "restricted",
    bool: "flag",
    int: "number",
    float: "number",
    datetime: "instant",
    date: "day",
    type(None): "none",
}


def _cell(cell: Cell | Piece) -> dict[str, Any]:
    if isinstance(cell, Sparkline):
        return {"kind": "trend", "value": _each(_value, cell.values)}
    kind = _KINDS.get(type(cell), "text")
    held = cell._asdict() if isinstance(cell, tuple) else {"value": cell}
    return {"kind": kind} | {name: _value(value) for name, value in held.items()}


def _value(value: Any) -> Any:
    """Of a cell or field: finite numbers, instants and days in ISO, flags and nulls as they are, else text."""
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value
