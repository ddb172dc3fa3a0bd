"""Catalog files as other tools and older installations write them: every alias of the manual."""

import json
from datetime import date

import pytest

from schemas.documents.documents import Direction, Grain
from schemas.documents.load import Loaded, load_content, load_documents


def sound(loaded: Loaded) -> Loaded:
    assert loaded.problems == ()
    return loaded


def test_an_objectives_aliases_are_read_as_its_canonical_fields() -> None:
    text = """\
objectives:
  - objective_id: OBJ-2024-Q1
    title: Make signing in effortless
    start_date: 2024-01-01T00:00:00Z
    end_date: "2024-03-31T23:59:59+02:00"
    owner: identity-team
    status: on-hold
    business_priority: P1
    strategic_theme: Customer experience
    business_domain: Identity
    metric_ids: METRIC-LOGIN
    key_results:
      - kr_id: KR-1
        description: Login success rate from 92 to 97 percent
        baseline_value: 92
        target_value: "97.5"
        metric_id: METRIC-LOGIN
        expected_direction: Increase
      - {kr_id: KR-2, name: Keep latency, metric_ids: [METRIC-A, METRIC-B], direction: maintain, weight: 2}
"""
    objective = sound(load_content(text.encode(), "okrs.yaml")).catalog.objectives["OBJ-2024-Q1"]
    assert objective.name == "Make signing in effortless"
    assert (objective.timeframe.start, objective.timeframe.end) == (date(2024, 1, 1), date(2024, 3, 31))
    assert (objective.owner_team, objective.status, objective.priority) == ("identity-team", "on_hold", "P1")
    assert objective.strategic_pillar == "Customer experience"
    assert objective.metric_ids == ["METRIC-LOGIN"]
    first, second = objective.key_results
    assert first.name == first.description == "Login success rate from 92 to 97 percent"
    assert (first.baseline_value, first.target_value, first.weight) == (92, 97.5, 1)
    assert (first.metric_ids, first.direction) == (["METRIC-LOGIN"], Direction.INCREASE)
    assert (second.metric_ids, second.direction) == (["METRIC-A", "METRIC-B"], Direction.MAINTAIN)


@pytest.mark.parametrize("status", ["planning", "at-risk", "At Risk", "AT_RISK", "cancelled"])
def test_a_status_is_read_in_any_spelling(status: str) -> None:
    loaded = sound(load_documents({"objective_id": "o", "name": "O", "status": status}, "api"))
    expected = status.lower().replace("-", "_").replace(" ", "_")
    assert loaded.catalog.objectives["o"].status == expected


def test_an_unknown_status_is_an_error_that_lists_the_legal_ones() -> None:
    (problem,) = load_documents({"objective_id": "o", "name": "O", "status": "paused"}, "api").errors
    assert problem.path == "status"
    assert problem.message == (
        "expected one of draft, planning, active, on_hold, at_risk, completed, cancelled; got 'paused'"
    )


def test_a_domain_by_its_aliases_is_told_from_its_fields_alone() -> None:
    domain = {
        "id": "identity",
        "name": "Identity",
        "owner": "identity-team",
        "key_areas": ["Sign-in, sign-up"],
        "objectives": ["OBJ-1"],
        "key_metrics": "METRIC-A, METRIC-B",
        "tier_focus": [1, "2"],
        "stakeholders": [{"name": "Ann", "role": "CPO"}, "Bob"],
    }
    read = sound(load_documents(domain, "api")).catalog.domains["identity"]
    assert read.owner_team == "identity-team"
    assert read.key_areas == ["Sign-in, sign-up"]
    assert read.key_metrics == ["METRIC-A", "METRIC-B"]
    assert read.stakeholders == [{"name": "Ann", "role": "CPO"}, "Bob"]


def test_a_flat_metric_of_the_older_kind_is_converted_and_nothing_of_it_lost() -> None:
    old = {
        "id": "revenue-growth",
        "name": "Revenue growth",
        "description": "Month over month.",
        "category": "financial",
        "dataType": "percentage",
        "unit": "%",
        "tags": "finance, growth",
        "validationRules": [{"type": "range", "min": 0, "max": 100}, "not_null"],
        "governance": {
            "owner": "finance-team",
            "dataClassification": "internal",
            "regulatoryConstraints": ["SOX"],
            "createdAt": "2023-05-01T10:00:00Z",
        },
    }
    loaded = sound(load_content(json.dumps([old]).encode(), "old.json"))
    metric = loaded.catalog.metrics["revenue-growth"]
    assert (metric.category, metric.definition.unit, metric.tags) == ("financial", "%", ["finance", "growth"])
    assert metric.metadata == {
        "data_type": "percentage",
        "validation_rules": [{"type": "range", "min": 0, "max": 100}, "not_null"],
    }
    assert metric.governance.owner_team == "finance-team"
    assert metric.governance.data_classification == "internal"
    assert metric.governance.regulatory_constraints == ["SOX"]
    assert metric.governance.created_at == "2023-05-01T10:00:00Z"
    assert metric.extra == metric.governance.extra == {}


def test_json_with_a_header_and_numerator_and_denominator_events() -> None:
    text = json.dumps(
        {
            "catalog_version": 1.10,
            "catalog_name": "Acme metrics",
            "last_updated": "2024-02-30 or so",
            "owner_team": "data",
            "contacts": [{"name": "Ann", "email": "ann@acme.example"}],
            "metrics": [
                {
                    "metric_id": "METRIC-LOGIN",
                    "name": "Login success rate",
                    "metric_type": "leading",
                    "tier": "1",
                    "definition": {
                        "formula": "successful_logins / total_logins * 100",
                        "numerator": {
                            "event_name": "login_success",
                            "filters": [{"field": "status", "operator": "==", "value": "ok"}],
                        },
                        "denominator": "login_attempt",
                        "expected_direction": "increase",
                    },
                    "data": {"time_grain": ["Daily", "weekly", "month"]},
                    "dimensions": ["platform", {"name": "region", "allowed_values": "emea, apac"}],
                    "breakdowns": [["platform", "region"]],
                    "governance": None,
                    "relationships": {"upstream_metric_ids": "METRIC-A"},
                }
            ],
        }
    ).replace("1.1,", "1.10,")
    catalog = sound(load_content(text.encode(), "acme.json")).catalog
    (header,) = catalog.headers
    assert (header.catalog_version, header.catalog_name) == ("1.10", "Acme metrics")
    assert header.last_updated == "2024-02-30 or so"
    metric = catalog.metrics["METRIC-LOGIN"]
    assert metric.definition.numerator is not None
    assert metric.definition.numerator.filters[0].operator == "eq"
    assert metric.definition.denominator is not None
    assert metric.definition.denominator.event_name == "login_attempt"
    assert metric.grains == [Grain.DAY, Grain.WEEK, Grain.MONTH]
    assert [dimension.name for dimension in metric.dimensions] == ["platform", "region"]
    assert metric.dimensions[1].allowed_values == ["emea", "apac"]


def test_prose_lists_may_hold_mappings_and_numbers_are_text_there() -> None:
    text = """\
metric_id: m
name: 2024
data: {primary_sources: [{system: warehouse, table: logins}, "legacy"], data_retention: 365}
operational_usage: {linked_playbooks: {title: Login, url: "https://acme.example"}, decision_use_cases: [1.50]}
"""
    metric = sound(load_content(text.encode(), "m.yaml")).catalog.metrics["m"]
    assert (metric.name, metric.data.data_retention) == ("2024", "365")
    assert metric.data.primary_sources == [{"system": "warehouse", "table": "logins"}, "legacy"]
    assert metric.operational_usage.linked_playbooks == [{"title": "Login", "url": "https://acme.example"}]
    assert metric.operational_usage.decision_use_cases == ["1.50"]


def test_an_alias_beside_another_canonical_value_is_kept_and_said_to_have_no_effect() -> None:
    loaded = load_documents({"domain_id": "d", "name": "D", "owner_team": "a", "owner": "b"}, "api")
    (problem,) = loaded.problems
    assert (problem.severity, problem.path) == ("warning", "owner")
    assert problem.message == "'owner_team' says something else already, so this is kept but has no effect"
    assert loaded.catalog.domains["d"].owner_team == "a"
    assert loaded.catalog.domains["d"].extra == {"owner": "b"}


def test_metric_id_and_metric_ids_of_a_key_result_are_joined() -> None:
    result = {"kr_id": "k", "name": "K", "metric_ids": ["a", "b"], "metric_id": "b, c"}
    loaded = sound(load_documents({"objective_id": "o", "name": "O", "key_results": [result]}, "api"))
    assert loaded.catalog.objectives["o"].key_results[0].metric_ids == ["a", "b", "c"]


def test_a_source_in_short_form() -> None:
    text = """\
{source_id: s, format: CSV, path: "*.csv", event: e, timestamp: ts, fields: [ms], ranges: {ms: {min: "0"}}}
"""
    source = sound(load_content(text.encode(), "s.yaml")).catalog.sources["s"]
    assert (source.format, source.timestamp.column, source.fields) == ("csv", "ts", {"ms": "ms"})
    assert source.ranges["ms"].min == 0


def test_the_error_of_an_aliased_field_names_the_field_as_it_was_written() -> None:
    loaded = load_documents(
        {"objective_id": "o", "title": "O", "end_date": "Q1", "start_date": 20240101}, "api"
    )
    assert [(problem.path, problem.message) for problem in loaded.errors] == [
        ("start_date", "expected a date such as 2026-03-31; got 20240101"),
        ("end_date", "expected a date such as 2026-03-31; got 'Q1'"),
    ]


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({"id": "x", "name": "X", "key_results": []}, "objective"),
        ({"id": "x", "title": "X", "start_date": "2024-01-01"}, "objective"),
        ({"id": "x", "name": "X", "tier_focus": [1]}, "domain"),
        ({"id": "x", "name": "X", "owner": "t", "key_metrics": [], "metadata": {}}, "domain"),
        ({"id": "x", "name": "X", "dataType": "number"}, "metric"),
        ({"metricId": "x", "name": "X"}, "metric"),
        ({"id": "x", "format": "csv", "event": "e", "timestamp": "t"}, "source"),
    ],
)
def test_the_kind_is_told_from_the_fields(document: dict[str, object], kind: str) -> None:
    assert list(load_documents(document, "api").files) == [(kind, "x")]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"id": "x", "name": "X"}, "cannot tell the kind"),
        ({"kr_id": "k", "name": "K"}, "under `key_results` of its objective"),
        ({"metrics": {"a": 1}}, "expected a list of metrics"),
        ({"metrics": ["a", {"metric_id": "m", "name": "M"}]}, "expected a metric as a mapping; got 'a'"),
        ("- just text", "expected a document, a list or a mapping of lists; got 'just text'"),
    ],
)
def test_what_is_no_document_is_said_to_be_none(document: object, message: str) -> None:
    (problem,) = load_documents(document, "api").errors
    assert message in problem.message


def test_a_misspelt_section_beside_a_header_is_pointed_out() -> None:
    (problem,) = load_documents({"catalog_name": "C", "metrcs": []}, "api").problems
    assert problem.message == "unknown field, kept but without effect; did you mean 'metrics'?"
