"""What a scorecard shows to somebody who may not read one of its metrics."""

from dataclasses import asdict, replace

from reports.scores.masks import domain_for, key_result_for, objective_for
from reports.scores.models import DomainStanding, KeyResultStanding, ObjectiveStanding
from schemas.identity.readers import CatalogAccess, MetricAccess, Reader
from schemas.identity.roles import Role

METRICS = {"pay": MetricAccess("restricted", owners=frozenset(["hr"])), "sales": MetricAccess()}
CATALOG = CatalogAccess(METRICS, {"O/PAY": ["pay"], "O/SELL": ["sales"]}, {"O": ["pay", "sales"]})
VIEWER, OWNER = (Reader("zoe", team, Role.VIEWER, CATALOG) for team in (None, "hr"))
PAY = KeyResultStanding(
    kr_id="PAY",
    name="Pay",
    unit="EUR",
    direction="increase",
    metric_id="pay",
    baseline_value=1.5,
    current_value=2.5,
    target_value=4.0,
    raw_progress=0.4,
    progress=0.4,
    expected_progress=0.5,
    projected_value=3.5,
    projected_progress=0.8,
    weight=2.0,
    status="at_risk",
    provenance="measured",
    evidence={"value": 2.5},
)
SELL = replace(PAY, kr_id="SELL", metric_id="sales")
OBJECTIVE = ObjectiveStanding(
    objective_id="O",
    name="Be fair",
    owner_team="hr",
    start_date=None,
    end_date=None,
    domain_id="D",
    progress=0.4,
    expected_progress=0.5,
    projected_progress=0.8,
    coverage=1.0,
    status="at_risk",
    provenance="rolled_up",
    key_results=(PAY, SELL),
)
DOMAIN = DomainStanding(
    domain_id="D",
    name="People",
    health=75.0,
    coverage=1.0,
    metrics_ok=1,
    metrics_warning=1,
    metrics_critical=0,
    metrics_no_data=0,
    metrics_count=2,
    objective_progress=0.4,
    provenance="rolled_up",
    evidence={
        "metrics": [
            {"metric_id": "pay", "weight": 3, "grain": "month", "status": "warning", "period_start": "2026"},
            {"metric_id": "sales", "weight": 1, "grain": "month", "status": "ok", "period_start": "2026"},
        ]
    },
    objectives=(),
)


def test_a_restricted_key_result_stands_by_name_with_what_its_document_says() -> None:
    shown = asdict(key_result_for(VIEWER, "O", PAY))
    kept = {name: value for name, value in shown.items() if value not in (None, {})}
    assert kept == {
        "kr_id": "PAY",
        "name": "Pay",
        "unit": "EUR",
        "direction": "increase",
        "metric_id": "pay",
        "target_value": 4.0,
        "weight": 2.0,
        "status": "restricted",
        "provenance": "none",
        "restricted": True,
    }
    assert key_result_for(OWNER, "O", PAY) is PAY
    assert key_result_for(VIEWER, "O", SELL) is SELL


def test_a_key_result_that_was_typed_in_is_as_restricted_as_the_metric_that_it_is_linked_to() -> None:
    assert key_result_for(VIEWER, "O", replace(PAY, metric_id=None)).restricted
    assert key_result_for(VIEWER, "O", replace(SELL, metric_id="pay")).restricted


def test_an_objective_tells_nothing_from_which_a_restricted_key_result_follows() -> None:
    shown = objective_for(VIEWER, OBJECTIVE)
    assert (shown.progress, shown.projected_progress, shown.status) == (None, None, "restricted")
    assert (shown.restricted, shown.name, shown.coverage) == (True, "Be fair", 1.0)
    assert objective_for(OWNER, OBJECTIVE) is OBJECTIVE
    # on an earlier day it had a key result that its document has no longer
    gone = replace(OBJECTIVE, objective_id="P", key_results=(key_result_for(VIEWER, "P", PAY),))
    assert objective_for(VIEWER, gone).restricted


def test_health_is_one_number_for_all_and_no_metric_tells_what_it_adds() -> None:
    shown = domain_for(VIEWER, replace(DOMAIN, objectives=(objective_for(VIEWER, OBJECTIVE),)))
    assert (shown.health, shown.metrics_warning, shown.objective_progress) == (75.0, 1, None)
    assert shown.evidence["metrics"][0] == {"metric_id": "pay", "weight": 3, "restricted": True}
    assert shown.evidence["metrics"][1]["status"] == "ok"
    seen = replace(DOMAIN, objectives=(OBJECTIVE,))
    assert domain_for(OWNER, seen) is seen
