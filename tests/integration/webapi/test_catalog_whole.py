"""The catalog as a whole over HTTP: import, export, lineage, check-ins, the index and the unversioned paths."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import create_engine

from core.clock import wall_now
from schemas.catalog import store
from schemas.documents.export import catalog_content
from schemas.documents.load import load_catalog, load_documents
from tests.integration.webapi.conftest import CATALOG, Asked
from webapi.middleware import unversioned_paths

EXAMPLES = Path(__file__).parents[3] / "examples" / "flights" / "catalog"
CHECK_INS = "/api/v1/key-results/REVENUE/check-ins"
YAML = "application/yaml"


def send(ask: Asked, body: str, query: str = "", role: str = "editor", **headers: str) -> Any:
    return ask("POST", f"/api/v1/import{query}", role, headers=headers, data=body, content_type=YAML)


def test_a_dry_run_tells_what_an_import_does_and_stores_nothing(ask_own: Asked) -> None:
    body = """
metrics:
  - {metric_id: refunds, name: Refunds, tier: 1, hue: red}
  - {metric_id: happiness, name: Joy, business_domain: SHOP, definition: {formula: how happy people are}}
"""
    told = send(ask_own, body, "?dry_run=true").get_json()
    assert ask_own.get("/api/v1/metrics/refunds").status_code == 404
    done = send(ask_own, body).get_json()
    assert told["data"] == done["data"]
    assert [
        (each["id"], each["change"], each["version"], each["changed_fields"]) for each in done["data"]
    ] == [
        ("refunds", "created", "1.0.0", []),
        ("happiness", "patch", "1.0.1", ["name"]),
    ]
    assert (told["is_dry_run"], told["catalog_version"]) == (True, 1)
    assert (done["is_dry_run"], done["catalog_version"]) == (False, 2)
    assert {(each["id"], each["field"]) for each in done["warnings"]} == {
        ("refunds", "hue"), ("refunds", "definition.formula"), ("happiness", "definition.formula"),
    }  # fmt: skip
    again = send(ask_own, body).get_json()
    assert (again["data"], again["catalog_version"]) == ([], 2)


def test_all_faults_of_an_import_are_told_at_once_and_nothing_is_stored(ask_own: Asked) -> None:
    answer = send(ask_own, "metrics: [{metric_id: a, name: A}, {metric_id: b}, {metric_id: c, name: []}]")
    assert answer.status_code == 422
    assert [error["message"] for error in answer.get_json()["errors"]] == [
        "error: body.yaml: b: name: expected text; missing",
        "error: body.yaml: c: name: expected text; got []",
    ]
    assert ask_own.get("/api/v1/metrics/a").status_code == 404
    broken = "metrics: [{metric_id: a, name: A, definition: {formula: SUM(order.value) / METRIC('ordr')}}]"
    assert send(ask_own, broken).status_code == 422


@pytest.mark.parametrize(("body", "content_type"), [("a: [", YAML), ("{", "application/json"), ("- 3", YAML)])
def test_an_import_that_is_no_catalog_is_refused(ask_own: Asked, body: str, content_type: str) -> None:
    answer = ask_own("POST", "/api/v1/import", "editor", data=body, content_type=content_type)
    assert answer.status_code == 422
    assert ask_own("POST", "/api/v1/import", "editor", data=body, content_type="text/csv").status_code == 415


def test_what_is_exported_is_the_catalog_in_both_formats(ask: Asked) -> None:
    wanted = catalog_content(load_documents(CATALOG.encode(), "catalog.yaml").catalog)
    for query, accept in (("", YAML), ("?format=yaml", "*/*")):
        answer = ask.get(f"/api/v1/export{query}", headers={"Accept": accept})
        assert answer.content_type == YAML
        exported = load_documents(answer.text.encode(), "catalog.yaml")
        assert sorted(exported.catalog.metrics) == sorted(metric["metric_id"] for metric in wanted["metrics"])
        assert sorted(yaml.safe_load(answer.text)) == ["domains", "metrics", "objectives", "sources"]
    for query, accept in (("", "*/*"), ("?format=json", YAML)):
        answer = ask.get(f"/api/v1/export{query}", headers={"Accept": accept})
        assert answer.content_type == "application/json"
        assert {each["metric_id"]: each for each in answer.get_json()["metrics"]} == {
            each["metric_id"]: each for each in wanted["metrics"]
        }
    assert ask.get("/api/v1/export?format=xml").status_code == 422


def test_an_export_imported_again_changes_nothing(ask_own: Asked) -> None:
    text = ask_own.get("/api/v1/export?format=yaml").text
    assert send(ask_own, text).get_json()["data"] == []


def test_for_every_document_of_the_sample_catalog_sending_back_what_was_read_changes_nothing(
    ask_own: Asked, own_url: str
) -> None:
    loaded = load_catalog(EXAMPLES)
    engine = create_engine(own_url)
    store.apply(
        engine, loaded.catalog, changed_by="ann", origin_of=loaded.origin_of, now=wall_now(), prune=False
    )
    engine.dispose()
    sent = 0
    for section in ("domains", "objectives", "metrics"):
        for document_id in getattr(loaded.catalog, section):
            path = f"/api/v1/{section}/{document_id}"
            read = ask_own.get(path)
            data = read.get_json()["data"]
            headers = {"If-Match": read.headers["ETag"]}
            put = ask_own("PUT", path, "editor", headers=headers, json=data["content"])
            assert put.status_code == 200, put.text
            assert put.get_json()["data"] == data
            patched = ask_own("PATCH", path, "editor", headers=headers, json={})
            assert patched.get_json()["data"] == data
            sent += 1
    assert sent == 53


def test_lineage_leads_from_sources_to_domains(ask: Asked) -> None:
    graph = ask.get("/api/v1/metrics/revenue/lineage").get_json()["data"]
    assert [node["id"] for node in graph["nodes"]] == [
        "source:orders", "event:order", "metric:revenue", "key_result:SELL/REVENUE", "objective:SELL", "domain:SHOP",
    ]  # fmt: skip
    assert {(edge["from"], edge["to"]) for edge in graph["edges"]} == {
        ("source:orders", "event:order"),
        ("event:order", "metric:revenue"),
        ("metric:revenue", "key_result:SELL/REVENUE"),
        ("key_result:SELL/REVENUE", "objective:SELL"),
        ("objective:SELL", "domain:SHOP"),
        ("metric:revenue", "domain:SHOP"),
    }


def test_lineage_goes_through_other_metrics_and_knows_documented_ones(ask_own: Asked) -> None:
    body = """
sources: [{source_id: survey, format: csv, path: s.csv, event: "metric:happiness", timestamp: at, fields: {value: v}}]
metrics:
  - {metric_id: double, name: Double, definition: {formula: METRIC('revenue') * 2}}
  - {metric_id: mood, name: Mood, relationships: {upstream_metric_ids: [happiness, double, nowhere]}}
"""
    assert send(ask_own, body).status_code == 200
    graph = ask_own.get("/api/v1/metrics/mood/lineage").get_json()["data"]
    assert [node["id"] for node in graph["nodes"]] == [
        "source:orders", "source:survey", "event:metric:happiness", "event:order",
        "metric:double", "metric:happiness", "metric:mood", "metric:revenue",
    ]  # fmt: skip
    edges = {(edge["from"], edge["to"]) for edge in graph["edges"]}
    assert edges == {
        ("source:survey", "event:metric:happiness"),
        ("event:metric:happiness", "metric:happiness"),
        ("source:orders", "event:order"),
        ("event:order", "metric:revenue"),
        ("metric:revenue", "metric:double"),
        ("metric:double", "metric:mood"),
        ("metric:happiness", "metric:mood"),
    }
    reasons = {node["id"]: node["reason"] for node in graph["nodes"] if node["kind"] == "metric"}
    assert reasons["metric:mood"] == "it has no formula"
    assert reasons["metric:revenue"] is None
    assert ask_own.get("/api/v1/metrics/nowhere/lineage").status_code == 404


def test_key_results_are_those_of_the_document(ask: Asked) -> None:
    (found,) = ask.get("/api/v1/objectives/SELL/key-results").get_json()["data"]
    assert found == {
        "kr_id": "REVENUE", "name": "Revenue", "target_value": 100, "baseline_value": 0, "metric_ids": ["revenue"],
    }  # fmt: skip
    assert ask.get("/api/v1/objectives/NONE/key-results").status_code == 404


def test_check_ins_are_listed_newest_first(ask_own: Asked) -> None:
    assert ask_own.get(CHECK_INS).get_json()["data"] == []
    for value, at in ((40, "2026-03-02T12:00:00+00:00"), (30, "2026-03-01T12:00:00+01:00")):
        answer = ask_own("POST", CHECK_INS, "editor", json={"value": value, "checked_in_at": at})
        assert answer.status_code == 201, answer.text
    answer = ask_own("POST", CHECK_INS, "editor", json={"value": 50.5, "note": "counted"})
    data = answer.get_json()["data"]
    assert (data["objective_id"], data["note"], data["checked_in_by"]) == ("SELL", "counted", "user:editor")
    rows = ask_own.get(f"{CHECK_INS}?limit=2").get_json()
    assert [row["value"] for row in rows["data"]] == [50.5, 40]
    assert rows["pagination"]["total"] == 3


@pytest.mark.parametrize(
    "body",
    [{}, {"value": "much"}, {"value": 1, "unit": "%"},
     {"value": 1, "checked_in_at": "2999-01-01T00:00:00Z"}, {"value": 1, "checked_in_at": "2026-01-01T00:00:00"}],
)  # fmt: skip
def test_a_check_in_that_is_no_value_of_the_past_is_refused(ask_own: Asked, body: dict[str, Any]) -> None:
    assert ask_own("POST", CHECK_INS, "editor", json=body).status_code == 422


def test_a_check_in_with_a_key_happens_once(ask_own: Asked) -> None:
    for _ in range(2):
        headers = {"Idempotency-Key": "k"}
        assert ask_own("POST", CHECK_INS, "editor", headers=headers, json={"value": 1}).status_code == 201
    assert ask_own.get(CHECK_INS).get_json()["pagination"]["total"] == 1


def test_where_several_objectives_have_the_key_result_one_must_be_named(ask_own: Asked) -> None:
    body = "objectives: [{objective_id: GROW, name: Grow, key_results: [{kr_id: REVENUE, name: R}]}]"
    assert send(ask_own, body).status_code == 200
    answer = ask_own.get(CHECK_INS)
    assert answer.status_code == 409
    assert "the objectives GROW, SELL have a key result 'REVENUE'" in answer.get_json()["detail"]
    answer = ask_own("POST", f"{CHECK_INS}?objective=GROW", "editor", json={"value": 7})
    assert answer.get_json()["data"]["objective_id"] == "GROW"
    assert ask_own.get(f"{CHECK_INS}?objective=GROW").get_json()["pagination"]["total"] == 1
    assert ask_own.get(f"{CHECK_INS}?objective=SELL").get_json()["pagination"]["total"] == 0
    assert ask_own.get(f"{CHECK_INS}?objective=NONE").status_code == 404
    assert ask_own.get("/api/v1/key-results/NONE/check-ins").status_code == 404


def test_the_index_links_to_what_can_be_read(ask: Asked) -> None:
    links = ask.get("/api/v1/", role=None).get_json()["data"]["links"]
    assert links["metrics"] == "/api/v1/metrics"
    assert {"domains", "objectives", "sources", "export", "docs"} <= set(links)
    assert ask.get(links["openapi.json"]).status_code == 200


def test_unversioned_paths_answer_as_v1_and_name_their_successor(ask: Asked) -> None:
    for path in ("metrics", "metrics/revenue", "metrics/revenue/values?grain=day", "metrics/none"):
        old, new = ask.get(f"/api/{path}"), ask.get(f"/api/v1/{path}")
        assert (old.status_code, old.get_json().get("data")) == (new.status_code, new.get_json().get("data"))
        assert old.headers["Deprecation"] == "@1793491200"
        assert old.headers["Sunset"] == "Mon, 01 Nov 2027 00:00:00 GMT"
        plain = path.partition("?")[0]
        assert f'</api/v1/{plain}>; rel="successor-version"' in ", ".join(old.headers.getlist("Link"))
        assert "Deprecation" not in new.headers
    assert ask.get("/api/metrics", role=None).status_code == 401
    assert ask.get("/api/domains").status_code == 404


def test_the_specification_describes_documents_by_their_own_schema(ask: Asked) -> None:
    spec = ask.get("/api/v1/openapi.json").get_json()
    body = spec["paths"]["/api/v1/metrics"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"] == {"$ref": "#/components/schemas/CatalogMetric"}
    assert "definition" in spec["components"]["schemas"]["CatalogMetric"]["properties"]
    listed = spec["components"]["schemas"]["MetricDocument"]["properties"]["content"]
    assert listed["allOf"] == [{"$ref": "#/components/schemas/CatalogMetric"}]


def test_the_versioning_page_names_the_dates_and_paths_that_the_code_answers_with() -> None:
    page = (EXAMPLES.parents[2] / "docs" / "api-versioning.md").read_text()
    for moment in (unversioned_paths.DEPRECATED_AT, unversioned_paths.SUNSET_AT):
        assert f"{moment.day} {moment:%B %Y}" in page
    assert all(f"`/api/{name}`" in page for name in unversioned_paths.RESOURCES)
