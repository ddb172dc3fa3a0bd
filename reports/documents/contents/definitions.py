"""Definitions of a report: what changed in them in the period, and a glossary of its metrics."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from reports.cells import Cell, Table
from reports.documents.contents import words
from reports.documents.contents.basis import Basis
from reports.documents.contents.catalog_then import DefinitionChange, changes_between
from reports.documents.contents.metric_reading import MetricReading
from reports.documents.contents.names import link_to
from reports.documents.model import Section
from schemas.documents.documents import Metric
from schemas.formula.names import Names, collect_names
from schemas.formula.words import formula_words

_MOST_LETTERS = 300
# as many as tell one definition from every other
_HASH_DIGITS = 12
_CHANGES = {
    "definition": "Definition",
    "at": "When",
    "change": "Change",
    "version": "Version",
    "field": "Field",
    "before": "Before",
    "after": "After",
}
_GLOSSARY = {
    "metric": "Metric",
    "meaning": "What it is",
    "formula": "Formula",
    "unit": "Unit",
    "owner": "Owner",
    "version": "Version",
    "hash": "Hash of the definition",
}


def definition_changes(basis: Basis) -> list[DefinitionChange]:
    """What changed in the scope's documents from the period's start to the publication. Two statements."""
    scope = basis.scope
    within = {
        *(("domain", each) for each in scope.domains),
        *(("objective", each) for each in scope.objectives),
        *(("metric", each) for each in scope.metrics),
    }
    found = changes_between(basis.connection, basis.period.start, basis.publication.created_at)
    return [one for one in found if scope.is_all or one.key in within]


def changes_section(basis: Basis, found: Sequence[DefinitionChange]) -> Section | None:
    """A row for each of the first 200 fields that were changed; new documents by name. None where nothing changed."""
    created = [one.name for one in found if one.change == "created"]
    rows = [row for one in found for row in _change_rows(basis, one)]
    if not (created or rows):
        return None
    shown = rows[: words.MOST_LISTED]
    tables = [Table("definition-changes", "What changed in definitions", _CHANGES, shown)] if rows else []
    told = [words.created(created), words.cut(len(rows), "changes")]
    return Section("definition-changes", "Changed definitions", [one for one in told if one], tables)


def glossary_section(basis: Basis, readings: Mapping[str, MetricReading]) -> Section | None:
    """What each metric of the report is; its definition may be read by everyone."""
    if not basis.scope.metrics:
        return None
    names = collect_names(basis.then.catalog)
    rows = [_entry(basis, each, readings.get(each), names) for each in basis.scope.metrics]
    return Section(
        "glossary", "Glossary", tables=[Table("glossary", "Metrics of this report", _GLOSSARY, rows)]
    )


def formula_in_words(metric: Metric, names: Names, called: Mapping[str, Metric]) -> str:
    """The formula with other metrics by their names; what its document says of it where there is none."""
    pieces = formula_words(metric, names)
    text = "".join(
        f"“{called[piece.target].name}”" if piece.meaning == "metric" else piece.text for piece in pieces
    )
    return text or (metric.definition.formula_detail or "").strip()


def _change_rows(basis: Basis, one: DefinitionChange) -> list[dict[str, Cell]]:
    if one.change == "created":
        return []
    kind, document_id = one.key
    common: dict[str, Cell] = {
        "definition": link_to(f"catalog/{kind}", document_id, one.name),
        "at": basis.local(one.changed_at),
        "change": one.change,
        "version": one.version,
    }
    fields = [
        {"field": each.path, "before": _told(each.before), "after": _told(each.after)}
        for each in one.differences
    ]
    return [{**common, **each} for each in fields or [{}]]


def _told(value: Any) -> Cell:
    """Numbers as they are, texts and structures in a line of bearable length."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"


def _entry(basis: Basis, metric_id: str, reading: MetricReading | None, names: Names) -> dict[str, Cell]:
    """The version and hash are those that the newest value shown was computed by."""
    metric = basis.then.catalog.metrics[metric_id]
    newest = reading.rows[-1] if reading and reading.rows else None
    version = newest.definition_version if newest else basis.then.versions.get(("metric", metric_id))
    return {
        "metric": link_to("metrics", metric_id, metric.name),
        "meaning": (metric.description or "").strip() or None,
        "formula": formula_in_words(metric, names, basis.then.catalog.metrics) or None,
        "unit": metric.definition.unit,
        "owner": metric.governance.owner_team,
        "version": version,
        "hash": newest.definition_hash[:_HASH_DIGITS] if newest else None,
    }
