"""Which reports stand on what."""

from typing import Any

from schemas.browsing.book import OpenedCatalog
from schemas.browsing.links import Reference
from schemas.browsing.neighbourhood import Graph, walk
from schemas.browsing.search import entries_of, search
from schemas.catalog.lineage import Edge, Node, lineage, whole_lineage
from schemas.documents.documents import Catalog
from schemas.documents.load import load_documents
from schemas.formula.memory import Memory
from tests.unit.schemas.browsing.test_neighbourhood import SHOP

LOOSE = {"metric_id": "loose", "name": "Loose", "definition": {"formula": "COUNT(order) + 1"}}
ALONE = {"objective_id": "ALONE", "name": "Of no domain"}


def catalog(*reports: dict[str, Any]) -> Catalog:
    loaded = load_documents(
        {
            **SHOP,
            "metrics": [*SHOP["metrics"], LOOSE],
            "objectives": [*SHOP["objectives"], ALONE],
            "reports": list(reports),
        },
        "a test",
    )
    loaded.raise_errors()
    return loaded.catalog


def report(report_id: str, **scope: list[str]) -> dict[str, Any]:
    return {"report_id": report_id, "name": report_id.title(), "scope": scope}


def stands_on(found: Catalog, report_id: str) -> set[str]:
    whole = whole_lineage(found, Memory())
    return {edge.start for edge in whole.edges if edge.end == f"report:{report_id}"}


def test_a_report_stands_on_what_its_scope_names() -> None:
    found = catalog(report("r", domains=["SHOP"], objectives=["SELL"], metrics=["count", "nobody"]))
    assert stands_on(found, "r") == {"domain:SHOP", "objective:SELL", "metric:count"}


def test_a_report_about_everything_stands_on_domains_and_on_what_belongs_to_none() -> None:
    # `count` has no domain either; `share` and the objective SELL are of SHOP
    assert stands_on(catalog(report("r")), "r") == {
        "domain:SHOP",
        "objective:ALONE",
        "metric:count",
        "metric:loose",
    }


def test_a_report_that_stands_on_nothing_is_there_all_the_same() -> None:
    graph = Graph(whole_lineage(catalog(report("r", metrics=["nobody"])), Memory()))
    assert graph.nodes["report:r"] == Node("report", "r", "R")
    assert graph.around("report", "r").edges == ()


def test_reports_stand_behind_all_else_and_are_reached_from_a_metric_through_its_domain() -> None:
    found = catalog(report("of-domain", domains=["SHOP"]), report("of-loose", metrics=["loose"]))
    graph = Graph(whole_lineage(found, Memory()))
    assert [node.kind for node in graph.whole.nodes][-2:] == ["report", "report"]
    assert "report:of-domain" in set(walk(graph.after, "metric:count"))
    assert "report:of-loose" not in set(walk(graph.after, "metric:count"))
    assert {node.node_id for node in graph.around("report", "of-loose").nodes} == {
        "source:orders",
        "event:order",
        "metric:loose",
        "report:of-loose",
    }


def test_the_lineage_of_one_metric_has_the_reports_after_it_and_not_those_of_what_it_reads() -> None:
    found = catalog(
        report("direct", metrics=["share"]),
        report("goal", objectives=["SELL"]),
        report("of-input", metrics=["count"]),
    )
    one = lineage(found, "share")
    assert {node.document_id for node in one.nodes if node.kind == "report"} == {"direct", "goal"}
    assert Edge("metric:share", "report:direct") in one.edges
    whole = whole_lineage(found, Memory())
    assert set(one.nodes) <= set(whole.nodes)
    assert set(one.edges) <= set(whole.edges)


def test_what_a_report_names_is_told_with_its_field() -> None:
    found = catalog(report("r", domains=["SHOP"], objectives=["SELL", "nobody"], metrics=["count"]))
    told = [each for each in OpenedCatalog.of(found, Memory()).references if each.start == ("report", "r")]
    assert told == [
        Reference(("report", "r"), ("domain", "SHOP"), "scope.domains"),
        Reference(("report", "r"), ("objective", "SELL"), "scope.objectives"),
        Reference(("report", "r"), ("metric", "count"), "scope.metrics"),
    ]


def test_a_report_is_found_by_name_id_owner_and_description() -> None:
    found = catalog(
        {"report_id": "wk-1", "name": "Scorecard", "owner_team": "tower", "description": "for Mondays"}
    )
    entries = list(entries_of(found))
    for typed in ("scorecard", "wk-1", "tower", "mondays"):
        assert [(each.kind, each.entry_id) for each in search(entries, typed)] == [("report", "wk-1")]
