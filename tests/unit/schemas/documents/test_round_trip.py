"""Nothing is lost between a document, its text and the document again."""

import json

import pytest
import yaml
from hypothesis import given, settings

from schemas.documents.documents import Catalog
from schemas.documents.export import catalog_content, content, content_hash, to_json, to_yaml
from schemas.documents.kinds import SECTIONS
from schemas.documents.load import load_content, load_documents

from .strategies import catalogs


@pytest.mark.slow
@settings(max_examples=60)
@given(catalogs())
def test_a_catalog_written_as_yaml_or_json_is_read_back_equal(catalog: Catalog) -> None:
    written = catalog_content(catalog)
    for name, text in (("c.yaml", to_yaml(written)), ("c.json", to_json(written))):
        loaded = load_content(text.encode(), name)
        assert loaded.errors == (), text
        assert loaded.catalog == catalog, text
        assert catalog_content(loaded.catalog) == written


@settings(max_examples=30)
@given(catalogs())
def test_a_single_exported_document_tells_its_kind_by_itself(catalog: Catalog) -> None:
    for section in SECTIONS:
        for key, document in getattr(catalog, section).items():
            loaded = load_content(to_yaml(content(document)).encode(), "one.yaml")
            assert getattr(loaded.catalog, section) == {key: document}


@settings(max_examples=30)
@given(catalogs())
def test_the_content_hash_survives_jsons_own_round_trip(catalog: Catalog) -> None:
    for section in SECTIONS:
        for document in getattr(catalog, section).values():
            values = content(document)
            assert content_hash(json.loads(json.dumps(values))) == content_hash(values)


def test_exported_yaml_is_read_the_same_by_a_yaml_1_1_reader() -> None:
    catalog = load_documents(
        {
            "metric_id": "m",
            "name": "no",
            "definition": {"unit": "1.10"},
            "dimensions": [
                {"name": "country", "allowed_values": ["no", "on", "007", "12:30", "2026-01-01", 7]}
            ],
        },
        "api",
    ).catalog
    text = to_yaml(catalog_content(catalog))
    assert yaml.safe_load(text) == catalog_content(catalog)


def test_unknown_fields_come_back_at_their_own_level() -> None:
    text = """\
catalog_name: Ours
house_style: 7
metrics:
- metric_id: m
  name: M
  colour: red
  definition: {formula: COUNT(x), tested_with: {tool: notebook, since: 2024-05-01}}
  targets_and_alerts: {alert_rules: [{condition: value < 1, runbook: r.md}]}
"""
    loaded = load_content(text.encode(), "m.yaml")
    assert sorted((p.severity, p.document_id, p.path) for p in loaded.problems) == [
        ("warning", "", "house_style"),
        ("warning", "m", "colour"),
        ("warning", "m", "definition.tested_with"),
        ("warning", "m", "targets_and_alerts.alert_rules[0].runbook"),
    ]
    metric = loaded.catalog.metrics["m"]
    assert metric.extra == {"colour": "red"}
    assert metric.definition.extra == {"tested_with": {"tool": "notebook", "since": "2024-05-01"}}
    exported = catalog_content(loaded.catalog)
    assert exported["house_style"] == 7
    assert exported["metrics"][0]["colour"] == "red"
    assert exported["metrics"][0]["definition"]["tested_with"] == {"tool": "notebook", "since": "2024-05-01"}
    assert exported["metrics"][0]["targets_and_alerts"]["alert_rules"] == [
        {"condition": "value < 1", "runbook": "r.md"}
    ]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_every_header_is_kept_however_many_files_had_one(count: int) -> None:
    documents = [{"catalog_name": f"c{index}", "note": "x", "metrics": []} for index in range(count)]
    catalog = load_documents([*documents, {"metric_id": "m", "name": "M"}], "api").catalog
    again = load_documents(catalog_content(catalog), "api").catalog
    assert len(again.headers) == count
    assert again == catalog
