"""Policies, judged by a real evaluator of Rego."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regopy import Interpreter

from reports.policies import rego
from schemas.documents.documents import Metric
from schemas.documents.durations import retention_days
from schemas.documents.load import load_catalog
from schemas.documents.thresholds import thresholds_of

HOSTILE = [
    'a"b',
    "a\\",
    "a}{b",
    '"}\n}\nallow := true\nx := {"',
    "line\nbreak",
    "tab\t",
    "`raw`",
    "# no comment",
    "%s {{x}} ${y}",
    "\u2028é☃\U0001f600",
]


def metric(metric_id: str = "revenue", **fields: Any) -> Metric:
    return Metric.model_validate({"metric_id": metric_id, "name": "Any", **fields})


def decided(metrics: list[Metric], rule: str, **asked: Any) -> Any:
    evaluator = Interpreter()
    evaluator.add_module("policy.rego", rego(metrics))
    # the evaluator's own way from Python to terms rounds numbers and loses escapes
    evaluator.set_input_term(json.dumps(asked, ensure_ascii=False))
    answer = json.loads(str(evaluator.query(f"x := data.mdl.policy.{rule}")))
    return answer["bindings"]["x"]


def may(metrics: list[Metric], action: str, role: str | None, team: str = "", name: str = "") -> bool:
    user = {"name": name, "team": team} | ({"role": role} if role else {})
    found: bool = decided(metrics, "allow", metric_id=metrics[0].metric_id, action=action, user=user)
    return found


@pytest.mark.parametrize(
    ("classification", "pii", "readers"),
    [
        (None, None, {"viewer", "editor", "admin"}),
        ("public", False, {"viewer", "editor", "admin"}),
        (" Internal ", None, {"viewer", "editor", "admin"}),
        ("confidential", None, {"editor", "admin"}),
        ("restricted", None, {"admin"}),
        ("a word of their own", None, {"admin"}),
        ("public", True, {"admin"}),
    ],
)
def test_who_reads_follows_the_classification(
    classification: str | None, pii: Any, readers: set[str]
) -> None:
    governance = {"data_classification": classification, "pii_involved": pii, "owner_team": "sales"}
    guarded = [metric(governance=governance)]
    assert {role for role in ("viewer", "editor", "admin") if may(guarded, "read", role)} == readers
    assert may(guarded, "read", "viewer", team="sales")
    assert not may(guarded, "read", None, team="sales")
    assert not may(guarded, "read", "root", team="sales")


def test_owners_write_if_they_are_editors_and_only_administrators_delete() -> None:
    owned = [metric(governance={"owner_team": "sales", "technical_owner": "ann"})]
    assert may(owned, "write", "editor", team="sales")
    assert may(owned, "write", "editor", name="ann")
    assert not may(owned, "write", "editor", team="other", name="bob")
    assert not may(owned, "write", "viewer", team="sales")
    assert may(owned, "write", "admin")
    assert [role for role in ("viewer", "editor", "admin") if may(owned, "delete", role, "sales")] == [
        "admin"
    ]
    assert may([metric()], "write", "editor")


def test_the_policies_of_the_sample_can_be_evaluated() -> None:
    catalog = load_catalog(Path(__file__).parents[3] / "examples" / "flights" / "catalog").catalog
    metrics = list(catalog.metrics.values())
    departures = catalog.metrics["FLT-DEPARTURES"]
    assert set(decided(metrics, "metrics")) == set(catalog.metrics)
    for value in (0, 600, 10_000):
        assert decided(metrics, "status", metric_id="FLT-DEPARTURES", value=value) == (
            thresholds_of(departures).status(value)
        )


def test_nothing_is_allowed_of_a_metric_that_the_module_does_not_know() -> None:
    user = {"role": "admin"}
    assert decided([metric()], "allow", metric_id="other", action="read", user=user) is False
    assert decided([metric()], "status", metric_id="other", value=1) == "no_data"


def test_each_metric_of_a_module_has_its_own_rules() -> None:
    both = [metric("a", governance={"data_classification": "secret"}), metric("b")]
    assert [
        decided(both, "allow", metric_id=each, action="read", user={"role": "viewer"}) for each in "ab"
    ] == [
        False,
        True,
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_a_name(name: str) -> None:
    governance = {"owner_team": name, "data_classification": name, "regulatory_constraints": [name]}
    guarded = [metric(governance=governance, data={"data_retention": name})]
    assert not may(guarded, "read", "viewer", team="sales")
    assert may(guarded, "read", "viewer", team=name)
    stated = decided(guarded, "metric", metric_id="revenue")
    assert set(stated) == {
        *("owners", "readers", "data_classification", "regulatory_constraints", "data_retention", "worse")
    }


@pytest.mark.parametrize("metric_id", ['a"b', "a\\", '"}{"', "`", "#", "é☃"])
def test_a_hostile_id_stays_an_id(metric_id: str) -> None:
    hostile = [metric(metric_id), metric("safe", governance={"data_classification": "secret"})]
    assert may(hostile, "read", "viewer")
    assert not decided(hostile, "allow", metric_id="safe", action="read", user={"role": "viewer"})


@pytest.mark.parametrize(
    ("declared", "days"),
    [
        ("365", 365),
        ("24 months", 720),
        ("2y", 730),
        ("P90D", 90),
        ("1 week", 7),
        ("four quarters", None),
        ("", None),
        (None, None),
    ],
)
def test_retention_is_read_as_days(declared: str | None, days: int | None) -> None:
    assert retention_days(declared) == days


def test_records_older_than_the_retention_are_expired() -> None:
    kept = [metric(data={"data_retention": "90 days"})]
    assert [decided(kept, "is_expired", metric_id="revenue", age_days=age) for age in (90, 91)] == [
        False,
        True,
    ]
    assert decided([metric()], "is_expired", metric_id="revenue", age_days=9_999) is False


NUMBERS = st.one_of(
    st.integers(-1_000, 1_000).map(float), st.floats(allow_nan=False, allow_infinity=False, width=32)
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    direction=st.sampled_from(["increase", "decrease", "maintain", None]),
    warning=st.none() | NUMBERS,
    critical=st.none() | NUMBERS,
    target=st.none() | NUMBERS,
    value=st.none() | NUMBERS,
    nearly=st.sampled_from([None, "warning", "critical"]),
)
def test_the_status_is_the_one_that_publications_state(
    direction: str | None,
    warning: float | None,
    critical: float | None,
    target: float | None,
    value: float | None,
    nearly: str | None,
) -> None:
    judged = metric(
        definition={"expected_direction": direction},
        targets_and_alerts={
            "target_value": target,
            "warning_threshold": warning,
            "critical_threshold": critical,
        },
    )
    # a value on a bound is what gets lost first
    on_bound = {"warning": warning, "critical": critical}.get(nearly or "")
    asked = value if on_bound is None else on_bound
    expected = thresholds_of(judged).status(asked)
    assert decided([judged], "status", metric_id="revenue", value=asked) == expected
