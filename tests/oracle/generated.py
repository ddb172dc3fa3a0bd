"""Catalogs drawn by hypothesis: each metric at once as MDL's formula text and as pandas arithmetic."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from tests.oracle.book import Entry, View

EVENTS = ("order", "view")
SLICE_SETS = ((), ("platform",), ("region",), ("platform", "region"))
GRAINS = ("hour", "day", "week", "month", "quarter", "year")


@dataclass(frozen=True)
class Term:
    """A formula and the same in pandas, with what both read."""

    text: str
    value: Callable[[View], pd.Series]
    events: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Condition:
    """The WHERE of a FILTER, as text and as a mask of rows; unknown is not true."""

    text: str
    mask: Callable[[pd.DataFrame], pd.Series] | None


CONDITIONS = (
    Condition("", None),
    Condition("platform = 'web'", lambda r: r.platform.eq("web").fillna(False)),
    Condition("platform <> 'web'", lambda r: r.platform.notna() & r.platform.ne("web").fillna(False)),
    Condition("platform IS NULL", lambda r: r.platform.isna()),
    Condition("value > 3", lambda r: r.value > 3),
    Condition("value IS NOT NULL AND items <= 2", lambda r: r.value.notna() & (r["items"] <= 2)),
    Condition("region IN ('emea', 'nowhere')", lambda r: r.region.eq("emea").fillna(False)),
    Condition("NOT (value < 0)", lambda r: r.value >= 0),
)


def _counted(text: str, event: str, mask: Callable[[View, Any], pd.Series]) -> Callable[[Condition], Term]:
    def make(condition: Condition) -> Term:
        where = f" FILTER (WHERE {condition.text})" if condition.text else ""
        return Term(text + where, lambda view: mask(view, condition.mask), (event,))

    return make


def _sum(event: str) -> Callable[[View, Any], pd.Series]:
    def value(view: View, where: Any) -> pd.Series:
        total = view[event].sum("value", where)
        return total.fillna(0) if view.entry.policy == "zero" else total

    return value


def _product(event: str) -> Callable[[View, Any], pd.Series]:
    def value(view: View, where: Any) -> pd.Series:
        total = view[event].sum("value_times_items", where)
        return total.fillna(0) if view.entry.policy == "zero" else total

    return value


def _counts(event: str) -> list[Callable[[Condition], Term]]:
    """Terms that are whole numbers, so that pandas and MDL agree about them to the last bit."""
    return [
        _counted(f"COUNT({event})", event, lambda v, w: v[event].rows(w)),
        _counted(f"COUNT({event}.value)", event, lambda v, w: v[event].count("value", w)),
        _counted(f"COUNT(DISTINCT {event}.user)", event, lambda v, w: v[event].distinct("user", w)),
        _counted(f"SUM({event}.value)", event, _sum(event)),
        _counted(f"SUM({event})", event, _sum(event)),
        _counted(f"SUM({event}.value * {event}.items)", event, _product(event)),
        _counted(f"MIN({event}.value)", event, lambda v, w: v[event].min("value", w)),
        _counted(f"MAX({event}.items)", event, lambda v, w: v[event].max("items", w)),
        _counted(f"FIRST({event}.items)", event, lambda v, w: v[event].first("items", w)),
        _counted(f"LAST({event}.items)", event, lambda v, w: v[event].last("items", w)),
    ]


def _fractions(event: str) -> list[Callable[[Condition], Term]]:
    return [
        _counted(f"AVG({event}.value)", event, lambda v, w: v[event].mean("value", w)),
        _counted(f"MEDIAN({event}.value)", event, lambda v, w: v[event].quantile("value", 0.5, w)),
        _counted(f"PERCENTILE_90({event}.items)", event, lambda v, w: v[event].quantile("items", 0.9, w)),
        _counted(f"QUANTILE({event}.value, 0.25)", event, lambda v, w: v[event].quantile("value", 0.25, w)),
        _counted(f"STDDEV({event}.value)", event, lambda v, w: v[event].std("value", w)),
        _counted(
            f"AVG({event}.value - {event}.items)", event, lambda v, w: v[event].mean("value_less_items", w)
        ),
    ]


CONDITION = st.sampled_from(CONDITIONS)
WHOLE = st.builds(
    lambda make, condition: make(condition),
    st.sampled_from([make for event in EVENTS for make in _counts(event)]),
    CONDITION,
)
LEAF = WHOLE | st.builds(
    lambda make, condition: make(condition),
    st.sampled_from([make for event in EVENTS for make in _fractions(event)]),
    CONDITION,
)


def _both(text: str, value: Callable[..., pd.Series]) -> Callable[[Term, Term], Term]:
    def make(a: Term, b: Term) -> Term:
        return Term(
            text.format(a=a.text, b=b.text),
            lambda view: value(a.value(view), b.value(view)),
            tuple(dict.fromkeys([*a.events, *b.events])),
            tuple(dict.fromkeys([*a.refs, *b.refs])),
        )

    return make


def _one(text: str, value: Callable[[View, pd.Series], pd.Series]) -> Callable[[Term], Term]:
    def make(a: Term) -> Term:
        return Term(text.format(a=a.text), lambda view: value(view, a.value(view)), a.events, a.refs)

    return make


def _quotient(a: pd.Series, b: pd.Series) -> pd.Series:
    return a / b.replace(0, np.nan)


def _greater(a: pd.Series, b: pd.Series) -> pd.Series:
    return a.where(a > b, b)


def _before(periods: int) -> Callable[[View, pd.Series], pd.Series]:
    """LAG."""
    return lambda view, series: view.lag(series, periods)


PAIRS = (
    _both("{a} + {b}", lambda a, b: a + b),
    _both("{a} - {b}", lambda a, b: a - b),
    _both("{a} / {b} * 100", lambda a, b: _quotient(a, b) * 100),
    _both("GREATEST({a}, {b})", np.fmax),
    _both("LEAST({a}, {b})", np.fmin),
    _both("CASE WHEN {a} > {b} THEN {a} ELSE {b} END", _greater),
    _both("COALESCE({a}, {b}, 7)", lambda a, b: a.fillna(b).fillna(7)),
    _both("NULLIF({a}, {b})", lambda a, b: a.mask(a == b)),
)
SINGLES = (
    _one("{a} / time_period", lambda view, a: a / view.days()),
    _one("{a} * HOURS_IN_PERIOD()", lambda view, a: a * view.hours()),
    _one("COALESCE({a}, 0) + 1", lambda _view, a: a.fillna(0) + 1),
    _one("ABS({a})", lambda _view, a: a.abs()),
    _one("LN(1 + ABS({a}))", lambda _view, a: np.log(1 + a.abs())),
    _one("POWER({a}, 2)", lambda _view, a: a**2),
    _one("LAG({a}, 1)", _before(1)),
    _one("LAG({a}, 2)", _before(2)),
)


def _reference(metric_id: str) -> Term:
    return Term(f"METRIC('{metric_id}')", lambda view: view.metric(metric_id), refs=(metric_id,))


def _change(metric_id: str) -> Term:
    return Term(
        f"METRIC('{metric_id}') - LAG(METRIC('{metric_id}'), 1)",
        lambda view: view.metric(metric_id) - view.lag(view.metric(metric_id)),
        refs=(metric_id,),
    )


@st.composite
def terms(draw: st.DrawFn, earlier: list[str]) -> Term:
    """A formula over both events and the metrics drawn earlier."""
    shapes = [
        LEAF,
        st.builds(lambda make, a, b: make(a, b), st.sampled_from(PAIRS), WHOLE, WHOLE),
        st.builds(lambda make, a: make(a), st.sampled_from(SINGLES), LEAF),
    ]
    if earlier:
        names = st.sampled_from(earlier)
        shapes += [
            st.builds(_change, names),
            st.builds(lambda name, leaf: PAIRS[0](_reference(name), leaf), names, LEAF),
            st.builds(lambda name: PAIRS[2](_reference(name), _reference(earlier[0])), names),
        ]
    return draw(st.one_of(shapes))


@st.composite
def catalogs(draw: st.DrawFn, source: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Entry]]:
    """A catalog document over one source, and what pandas makes of its metrics.

    The first metric always is there: it sets the rules of the dimension `region` for both events.
    """
    rule = Term("COUNT(order) + COUNT(view)", lambda v: v["order"].rows() + v["view"].rows(), EVENTS)
    first = _entry(draw, rule, windowed=False)
    entries = {"M0": replace(first, slice_sets=tuple(dict.fromkeys([*first.slice_sets, ("region",)])))}
    documents = [_document("M0", rule, entries["M0"], required=True)]
    for number in range(1, draw(st.integers(2, 6))):
        term = draw(terms(list(entries)))
        metric_id = f"M{number}"
        entries[metric_id] = _entry(draw, term, windowed=draw(st.booleans()))
        documents.append(_document(metric_id, term, entries[metric_id], required=False))
    return {"sources": [source], "metrics": documents}, entries


def _entry(draw: st.DrawFn, term: Term, *, windowed: bool) -> Entry:
    grains = GRAINS[1:] if windowed else GRAINS
    return Entry(
        term.value,
        term.events,
        grains=tuple(draw(st.lists(st.sampled_from(grains), min_size=1, max_size=3, unique=True))),
        slice_sets=((), *draw(st.lists(st.sampled_from(SLICE_SETS[1:]), max_size=2, unique=True))),
        trailing=draw(st.integers(1, 9)) if windowed else None,
        policy=draw(st.sampled_from(["unknown", "zero", "carry"])),
        refs=term.refs,
    )


def _document(metric_id: str, term: Term, entry: Entry, *, required: bool) -> dict[str, Any]:
    rules: dict[str, Any] = {"required": True, "allowed_values": ["emea", "amer"]} if required else {}
    single = {names[0] for names in entry.slice_sets if len(names) == 1} | ({"region"} if required else set())
    window = {"window": {"trailing": entry.trailing, "unit": "day"}} if entry.trailing else {}
    return {
        "metric_id": metric_id,
        "name": metric_id,
        "definition": {"formula": term.text, "null_policy": entry.policy, **window},
        "data": {"time_grain": list(entry.grains)},
        "dimensions": [{"name": name, **(rules if name == "region" else {})} for name in sorted(single)],
        "breakdowns": [list(names) for names in entry.slice_sets if len(names) > 1],
    }
