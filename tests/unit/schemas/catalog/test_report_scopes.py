"""What reports name, and whether their audience may read it."""

from typing import Any

import pytest

from schemas.catalog.references import check_references
from schemas.catalog.referrers import referrers
from schemas.catalog.versions import bump_of
from schemas.documents.documents import Catalog
from schemas.documents.kinds import Kind
from schemas.documents.load import load_documents
from schemas.formula.memory import Memory

OTHERS: list[dict[str, Any]] = [
    {"domain_id": "GROWTH", "name": "More of it"},
    {"objective_id": "SELL", "name": "Sell"},
    {"metric_id": "revenue", "name": "Revenue"},
    {
        "metric_id": "salaries",
        "name": "Salaries",
        "governance": {"data_classification": "restricted", "owner_team": "people"},
    },
    {
        "metric_id": "margin",
        "name": "Margin",
        "governance": {"data_classification": "confidential", "owner_team": "finance"},
    },
]


def catalog(**report: Any) -> Catalog:
    loaded = load_documents([*OTHERS, {"report_id": "r", "name": "R", **report}], "a test")
    loaded.raise_errors()
    return loaded.catalog


def found(**report: Any) -> list[tuple[str, str, str]]:
    problems = check_references(catalog(**report))
    assert {(each.kind, each.document_id) for each in problems} <= {("report", "r")}
    return [(each.severity, each.path, each.message) for each in problems]


def test_a_scope_that_leads_somewhere_has_no_problems() -> None:
    scope = {"domains": ["GROWTH"], "objectives": ["SELL"], "metrics": ["revenue"]}
    assert found(scope=scope) == found() == []


@pytest.mark.parametrize(
    ("section", "ids", "path", "message"),
    [
        (
            "domains",
            ["GROWHT"],
            "scope.domains[0]",
            "no domain is called 'GROWHT'; did you mean 'GROWTH'?",
        ),
        (
            "domains",
            ["more of it"],
            "scope.domains[0]",
            "no domain is called 'more of it'; did you mean 'GROWTH'?",
        ),
        ("objectives", ["SELL", "BUY"], "scope.objectives[1]", "no objective is called 'BUY'"),
        (
            "metrics",
            ["revenu"],
            "scope.metrics[0]",
            "no metric is called 'revenu'; did you mean 'revenue'?",
        ),
        ("metrics", ["revenue", "revenue"], "scope.metrics", "the metric 'revenue' is named twice"),
    ],
)
def test_what_a_scope_names_in_vain_or_twice_is_a_warning(
    section: str, ids: list[str], path: str, message: str
) -> None:
    assert found(scope={section: ids}) == [("warning", path, message)]


@pytest.mark.parametrize(
    ("audience", "unreadable"),
    [
        ({}, ["salaries", "margin"]),
        ({"role": "editor"}, ["salaries"]),
        ({"role": "admin"}, []),
        ({"team": "people"}, ["margin"]),
        ({"role": "editor", "team": "people"}, []),
    ],
)
def test_a_metric_that_the_audience_may_not_read_is_a_warning(
    audience: dict[str, str], unreadable: list[str]
) -> None:
    warnings = found(scope={"metrics": ["revenue", "salaries", "margin"]}, audience=audience)
    assert [path for _, path, _ in warnings] == [
        f"scope.metrics[{('revenue', 'salaries', 'margin').index(name)}]" for name in unreadable
    ]
    assert [severity for severity, _, _ in warnings] == ["warning"] * len(unreadable)


def test_the_warning_says_why_and_whom_to_ask() -> None:
    ((_, _, message),) = found(scope={"metrics": ["salaries"]})
    assert message == (
        "its audience may not read salaries, which stands there without numbers: classified as restricted: "
        "its owners and administrators may read its numbers; ask people"
    )


@pytest.mark.parametrize(
    ("kind", "document_id", "path"),
    [
        ("domain", "GROWTH", "scope.domains[0]"),
        ("objective", "SELL", "scope.objectives[0]"),
        ("metric", "revenue", "scope.metrics[0]"),
    ],
)
def test_what_a_report_names_is_referred_to(kind: Kind, document_id: str, path: str) -> None:
    scope = {"domains": ["GROWTH"], "objectives": ["SELL"], "metrics": ["revenue"]}
    (place,) = referrers(catalog(scope=scope), kind, document_id, Memory())
    assert (place.kind, place.document_id, place.path) == ("report", "r", path)
    assert referrers(catalog(), kind, document_id, Memory()) == []


@pytest.mark.parametrize(
    ("fields", "bump"),
    [
        (["scope.metrics"], "minor"),
        (["schedule", "name"], "minor"),
        (["audience.role"], "minor"),
        (["channels"], "minor"),
        (["name", "description"], "patch"),
        (["paper", "locale"], "patch"),
    ],
)
def test_a_change_of_what_who_and_when_weighs_more_than_of_how_it_looks(fields: list[str], bump: str) -> None:
    assert bump_of("report", fields) == bump
