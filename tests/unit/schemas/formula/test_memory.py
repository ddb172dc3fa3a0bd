"""Compiling with a memory of earlier catalogs gives what compiling anew gives, after any edits."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas.formula.compile as compiling
from schemas.documents.documents import Metric
from schemas.formula.compile import compile_catalog
from schemas.formula.compiled import Compilation
from schemas.formula.memory import Memory
from tests.unit.schemas.formula.build import SHOP, any_event, catalog, metric, source

IDS = ["a", "b", "c", "order", "s1"]
SHORT_NAMES = [None, "s1", "s2", "a", "visit"]
FORMULAS = [
    None,
    "how happy people are",
    "SUM(order.value)",
    "SUM(order)",
    "SUM(signup.value)",
    "METRIC('a') * 2",
    "METRIC('s1') + METRIC('b')",
    "s1 / COUNT(visit)",
    "s2 + a",
    "LAG(METRIC('c'), 1)",
    "COUNT(login) +",
    "total / 2",
]
MEASURES: list[dict[str, Any]] = [{}, {"total": {"event": "order"}}, {"s1": {"event": "login"}}]
metrics = st.builds(
    lambda name, short, formula, measures, policy: metric(
        name, formula, short, measures=measures, null_policy=policy
    ),
    st.sampled_from(IDS),
    st.sampled_from(SHORT_NAMES),
    st.sampled_from(FORMULAS),
    st.sampled_from(MEASURES),
    st.sampled_from(["unknown", "zero"]),
)
sources = st.sampled_from([SHOP, SHOP[:2], (*SHOP, source("signup", "value")), (*SHOP, any_event("value"))])
# an edit stores a metric, removes one, or changes what sources there are
edits = st.one_of(metrics, st.sampled_from(IDS), sources)


def plain(compilation: Compilation) -> Any:
    """A compilation as values that can be compared."""
    metrics = {
        name: (one.expression.sql(), one.metric_refs, one.events, one.fingerprint, one.max_lag)
        for name, one in compilation.metrics.items()
    }
    rest = (compilation.documented, compilation.errors, compilation.order, compilation.observed)
    return (metrics, *rest, compilation.warnings)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.lists(edits, min_size=2, max_size=12))
def test_any_edits_give_what_compiling_anew_gives(edits: list[Any]) -> None:
    memory, standing, own = Memory(), {}, SHOP
    for edit in edits:
        if isinstance(edit, Metric):
            standing[edit.metric_id] = edit
        elif isinstance(edit, str):
            standing.pop(edit, None)
        else:
            own = edit
        whole = catalog(*standing.values(), sources=own)
        assert plain(compile_catalog(whole, memory)) == plain(compile_catalog(whole))


def test_an_edit_compiles_only_what_it_can_change(monkeypatch: Any) -> None:
    compiled: list[str] = []
    real = compiling.compile_metric

    def noted(one: Metric, names: Any) -> Any:
        compiled.append(one.metric_id)
        return real(one, names)

    monkeypatch.setattr(compiling, "compile_metric", noted)
    standing = {
        one.metric_id: one
        for one in (
            metric("revenue", "SUM(order.value)", "income"),
            metric("yearly", "METRIC('revenue') * 12"),
            metric("double", "income * 2"),
            metric("orders", "COUNT(order)"),
            metric("mood", "how happy people are"),
        )
    }
    memory = Memory()

    def after(*changed: Metric) -> list[str]:
        compiled.clear()
        standing.update({one.metric_id: one for one in changed})
        compile_catalog(catalog(*standing.values()), memory)
        return compiled.copy()

    assert after() == list(standing)
    assert after() == []
    assert after(metric("revenue", "SUM(order.amount)", "income")) == ["revenue"]
    # a new name may mean something where nothing was resolved yet, and another short name where it was read
    assert after(metric("new", "COUNT(visit)")) == ["mood", "new"]
    assert after(metric("revenue", "SUM(order.amount)", "earned")) == ["revenue", "double", "mood"]
