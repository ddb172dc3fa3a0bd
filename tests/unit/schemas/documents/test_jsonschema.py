"""The JSON Schemas for editors: as committed they are those of the models, and as tolerant as the reader."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from schemas.documents import jsonschema
from schemas.documents.documents import Catalog
from schemas.documents.export import catalog_content

from .strategies import catalogs

GENERATED = {name: Draft202012Validator(schema) for name, schema in jsonschema.generate().items()}


def test_the_committed_schemas_are_those_of_the_models() -> None:
    assert jsonschema.drifted(jsonschema.committed_folder()) == []


def test_drift_is_seen_and_mended(tmp_path: Path) -> None:
    assert "metric.schema.json" in jsonschema.drifted(tmp_path)
    jsonschema.write(tmp_path)
    assert jsonschema.drifted(tmp_path) == []
    (tmp_path / "metric.schema.json").write_text("{}")
    (tmp_path / "old.schema.json").write_text("{}")
    assert jsonschema.drifted(tmp_path) == ["metric.schema.json", "old.schema.json"]
    jsonschema.write(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(
        f"{name}.schema.json" for name in jsonschema.NAMES
    )


@pytest.mark.parametrize("name", jsonschema.NAMES)
def test_each_is_a_valid_schema(name: str) -> None:
    Draft202012Validator.check_schema(jsonschema.generate()[name])


@settings(max_examples=20)
@given(catalogs())
def test_whatever_is_exported_is_valid(catalog: Catalog) -> None:
    assert [error.message for error in GENERATED["catalog"].iter_errors(catalog_content(catalog))] == []


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("objective", {"objective_id": "o", "title": "O", "start_date": "2026-01-01", "status": "on-hold"}),
        ("objective", {"id": "o", "name": "O", "key_results": [{"kr_id": "k", "description": "d"}]}),
        ("objective", {"id": "o", "name": "O", "key_results": [{"id": "k", "name": "n", "metric_id": "m"}]}),
        ("domain", {"id": "d", "name": "D", "owner": "team", "key_areas": "one", "unknown": 1}),
        ("metric", {"id": "m", "name": "M", "unit": "%", "tags": "a, b", "dimensions": ["platform"]}),
        ("source", {"source_id": "s", "format": "csv", "timestamp": "ts", "event": "e"}),
        ("report", {"id": "r", "title": "R", "cron": "0 7 * * 1", "formats": "pdf", "audience": "viewer"}),
        ("report", {"report_id": "r", "name": "R", "scope": {"metrics": "a, b"}, "notify_channels": "email:a@b.c"}),
        ("catalog", {"reports": [{"report_id": "r", "name": "R"}]}),
        ("catalog", [{"metric_id": "m", "name": "M"}, {"domain_id": "d", "name": "D"}]),
        ("catalog", {"catalog_name": "C", "metrics": [{"metric_id": "m", "name": "M"}]}),
    ],
)  # fmt: skip
def test_aliases_and_shorthands_are_accepted(name: str, document: Any) -> None:
    assert [error.message for error in GENERATED[name].iter_errors(document)] == []


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("objective", {"objective_id": "o"}),
        ("objective", {"objective_id": "o", "name": "O", "status": "paused"}),
        ("metric", {"metric_id": "m", "name": "M", "definition": {"expected_direction": "up"}}),
        ("metric", {"metric_id": "m", "name": 7}),
        ("source", {"source_id": "s", "format": "xls", "timestamp": "ts"}),
        ("catalog", {"metrics": [{"name": "M"}]}),
        ("report", {"report_id": "r", "name": "R", "formats": ["docx"]}),
        ("report", {"report_id": "r", "name": "R", "audience": {"role": "boss"}}),
    ],
)
def test_what_the_reader_refuses_is_marked(name: str, document: Any) -> None:
    assert not GENERATED[name].is_valid(document)


def test_an_editor_is_offered_the_fields_of_a_metric_and_no_internal_one() -> None:
    metric = json.loads(jsonschema.rendered()["metric.schema.json"])["$defs"]["Metric"]
    assert {"metric_id", "definition", "breakdowns", "id", "data_type"} <= set(metric["properties"])
    assert "extra" not in metric["properties"]
