"""Which metrics a report is about."""

from pipelines.reporting.scope import metrics_of
from schemas.documents.documents import Catalog, Domain, Metric, Objective, Report


def catalog() -> Catalog:
    metrics = {
        name: Metric.model_validate({"metric_id": name, "name": name, "business_domain": domain})
        for name, domain in (("a", "SHOP"), ("b", None), ("c", None), ("d", None), ("e", "LAB"))
    }
    result = {"kr_id": "K", "name": "K", "target_value": 1, "metric_ids": ["b", "gone"]}
    objective = {"objective_id": "SELL", "name": "Sell", "business_domain": "SHOP", "key_results": [result]}
    domain = {"domain_id": "SHOP", "name": "Shop", "key_metrics": ["c"]}
    return Catalog(
        metrics=metrics,
        objectives={"SELL": Objective.model_validate(objective)},
        domains={"SHOP": Domain.model_validate(domain)},
    )


def chosen(**scope: list[str]) -> set[str]:
    return metrics_of(catalog(), Report.model_validate({"report_id": "r", "name": "R", "scope": scope}))


def test_an_empty_scope_is_everything() -> None:
    assert chosen() == {"a", "b", "c", "d", "e"}


def test_a_domain_brings_its_metrics_its_key_metrics_and_those_of_its_objectives() -> None:
    assert chosen(domains=["SHOP"]) == {"a", "b", "c"}


def test_objectives_and_metrics_add_up_and_what_the_catalog_lacks_is_left_out() -> None:
    assert chosen(objectives=["SELL"], metrics=["d", "unknown"]) == {"b", "d"}
