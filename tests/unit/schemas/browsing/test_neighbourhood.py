from collections import deque
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.browsing.book import OpenedCatalog
from schemas.browsing.links import Reference
from schemas.browsing.neighbourhood import MOST, Graph
from schemas.catalog.errors import UnknownDocumentError
from schemas.catalog.lineage import Edge, Lineage, Node, lineage, whole_lineage
from schemas.documents.documents import Catalog
from schemas.documents.kinds import DocumentKey
from schemas.documents.load import load_documents
from schemas.formula.memory import Memory

SHOP: dict[str, Any] = {
    "sources": [
        {
            "source_id": "orders",
            "format": "csv",
            "path": "a.csv",
            "event": "order",
            "timestamp": {"column": "at"},
        },
        {
            "source_id": "idle",
            "format": "csv",
            "path": "b.csv",
            "event": "never",
            "timestamp": {"column": "at"},
        },
    ],
    "domains": [{"domain_id": "SHOP", "name": "Shop", "key_metrics": ["share"]}],
    "objectives": [
        {
            "objective_id": "SELL",
            "name": "Sell",
            "business_domain": "Shop",
            "key_results": [{"kr_id": "KR", "name": "Share up", "metric_ids": ["share"]}],
        }
    ],
    "metrics": [
        {"metric_id": "count", "name": "Count", "definition": {"formula": "COUNT(order)"}},
        {
            "metric_id": "share",
            "name": "Share",
            "business_domain": "shop",
            "relationships": {"upstream_metric_ids": ["count", "nobody"]},
            "definition": {"formula": "METRIC('count') / 100"},
        },
    ],
}


def shop() -> Catalog:
    loaded = load_documents(SHOP, "a test")
    loaded.raise_errors()
    return loaded.catalog


def test_the_way_leads_from_source_to_domain() -> None:
    around = Graph(whole_lineage(shop(), Memory())).around("metric", "share")
    assert [node.node_id for node in around.nodes] == [
        "source:orders",
        "event:order",
        "metric:count",
        "metric:share",
        "key_result:SELL/KR",
        "objective:SELL",
        "domain:SHOP",
    ]
    assert around.left_out == 0


def test_the_whole_lineage_holds_that_of_each_metric_and_what_leads_nowhere() -> None:
    whole = whole_lineage(shop(), Memory())
    for metric_id in ("count", "share"):
        one = lineage(shop(), metric_id)
        assert set(one.nodes) <= set(whole.nodes)
        assert set(one.edges) <= set(whole.edges)
    assert Edge("source:idle", "event:never") in whole.edges


def test_what_names_what_is_told_with_its_field() -> None:
    assert set(OpenedCatalog.of(shop(), Memory()).references) == {
        Reference(("metric", "share"), ("metric", "count"), "definition.formula"),
        Reference(("metric", "share"), ("metric", "count"), "relationships.upstream_metric_ids"),
        Reference(("metric", "share"), ("domain", "SHOP"), "business_domain"),
        Reference(("objective", "SELL"), ("domain", "SHOP"), "business_domain"),
        Reference(("objective", "SELL"), ("metric", "share"), "key_results[KR].metric_ids"),
        Reference(("domain", "SHOP"), ("metric", "share"), "key_metrics"),
    }


@pytest.mark.parametrize(
    ("edited", "is_told"),
    [
        (("metric", "share"), True),  # itself
        (("metric", "count"), True),  # what it is made of
        (("metric", "half"), True),  # what is made of it
        (("metric", "names-it"), True),
        (("source", "idle"), True),
        (("domain", "SHOP"), True),
        (("metric", "other"), False),
        (("metric", "of-half"), False),
    ],
)
def test_what_is_told_of_a_document_changes_with_what_it_hangs_together_with_and_nothing_else(
    edited: DocumentKey, *, is_told: bool
) -> None:
    more = {
        "half": "METRIC('share') / 2",
        "of-half": "METRIC('half') / 2",
        "other": "COUNT(order)",
        "names-it": "COUNT(order)",
    }
    metrics = [{"metric_id": one, "name": one, "definition": {"formula": text}} for one, text in more.items()]
    metrics[-1]["relationships"] = {"upstream_metric_ids": ["share"]}
    loaded = load_documents({**SHOP, "metrics": [*SHOP["metrics"], *metrics]}, "a test")
    loaded.raise_errors()
    every = {
        (kind, one): 1
        for kind in ("source", "domain", "objective", "metric")
        for one in getattr(loaded.catalog, f"{kind}s")
    }
    before, after = (
        OpenedCatalog.of(loaded.catalog, Memory(), revisions).state_around(("metric", "share"))
        for revisions in (every, every | {edited: 2})
    )
    assert (before != after) == is_told


def test_a_metric_that_takes_another_name_changes_what_is_told_of_all() -> None:
    renamed = {**SHOP, "metrics": [SHOP["metrics"][0] | {"name": "Number"}, SHOP["metrics"][1]]}
    first, second = (load_documents(each, "a test").catalog for each in (SHOP, renamed))
    told = {OpenedCatalog.of(each, Memory()).state_around(("source", "idle")) for each in (first, second)}
    assert len(told) == 2


def test_a_node_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownDocumentError, match="no key result is called 'X/Y'"):
        Graph(whole_lineage(shop(), Memory())).around("key_result", "X/Y")


@given(
    st.integers(1, 30).flatmap(
        lambda count: st.tuples(
            st.just(count),
            st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=90),
        )
    ),
    st.integers(1, 12),
)
def test_the_nearest_nodes_are_kept_and_the_others_counted(
    given_graph: tuple[int, set[tuple[int, int]]], most: int
) -> None:
    count, pairs = given_graph
    nodes = tuple(Node("metric", str(number), str(number)) for number in range(count))
    edges = tuple(Edge(f"metric:{start}", f"metric:{end}") for start, end in sorted(pairs))
    around = Graph(Lineage("", nodes, edges)).around("metric", "0", most)
    before = distances({(end, start) for start, end in pairs})
    after = distances(pairs)
    shown = {int(node.document_id) for node in around.nodes}
    assert len(shown) == min(most, len({0, *before, *after}))
    assert around.left_out == len({0, *before, *after}) - len(shown)
    assert 0 in shown
    assert {(edge.start, edge.end) for edge in around.edges} == {
        (f"metric:{start}", f"metric:{end}") for start, end in pairs if {start, end} <= shown
    }
    for reached in (before, after):  # nobody farther away is shown where somebody nearer of both sides is not
        hidden = [far for one, far in reached.items() if one not in shown]
        only = [far for one, far in reached.items() if one in shown and not (one in before and one in after)]
        assert not hidden or not only or max(only) <= min(hidden)


def distances(pairs: set[tuple[int, int]]) -> dict[int, int]:
    """How many steps it is from 0 to each other node."""
    found, waiting = {0: 0}, deque([0])
    while waiting:
        here = waiting.popleft()
        for start, end in sorted(pairs):
            if start == here and end not in found:
                found[end] = found[here] + 1
                waiting.append(end)
    del found[0]
    return found


def test_a_picture_has_a_limit() -> None:
    nodes = tuple(Node("metric", str(number), str(number)) for number in range(1_000))
    hub = Node("domain", "D", "D")
    edges = tuple(Edge(node.node_id, hub.node_id) for node in nodes)
    around = Graph(Lineage("", (*nodes, hub), edges)).around("domain", "D")
    assert (len(around.nodes), around.left_out) == (MOST, 1_001 - MOST)
