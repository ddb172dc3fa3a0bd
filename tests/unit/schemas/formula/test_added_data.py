"""What is added to a catalog never makes an error of what was none: it computes or documents."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.documents.documents import EventSelection, Filter, Measure, Metric, Source

from .build import any_event, compile_all, metric, reason_of, source

NAMES = ("a", "b", "ab", "abc", "cost", "costs")
names = st.sampled_from(NAMES)
columns = st.lists(names, max_size=3, unique=True).map(" ".join)
sources = st.builds(source, names, columns, columns) | st.builds(any_event, columns, columns)
numbers = st.sampled_from(["1", "2.5", "'x'", "100"])
bases = names | st.builds("{}.{}".format, names, names) | numbers


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    called = st.sampled_from(
        [
            "SUM",
            "AVG",
            "COUNT",
            "MEDIAN",
            "PERCENTILE_95",
            "STDDEV",
            "ABS",
            "LAG",
            "ROUND",
            "COALESCE",
            "UNHEARD",
        ]
    )
    return st.one_of(
        st.builds("{}({})".format, called, inner),
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/=%"), inner),
        st.builds("COUNT(DISTINCT {})".format, inner),
        st.builds("COUNT({}) FILTER (WHERE {} = {})".format, inner, inner, inner),
        st.builds("METRIC('{}')".format, st.sampled_from(["m0", "m1", "m2", "N0"])),
    )


formulas = st.recursive(bases, _grown, max_leaves=5)
selections = st.none() | st.builds(
    EventSelection,
    event_name=names,
    filters=st.lists(st.builds(Filter, field=names, value=st.sampled_from(["x", 1])), max_size=1),
)
measures = st.dictionaries(
    names,
    st.builds(
        Measure, event=names, aggregate=st.sampled_from(["sum", "median", "odd"]), field=st.none() | names
    ),
    max_size=1,
)


@st.composite
def metrics(draw: st.DrawFn) -> list[Metric]:
    """Up to three metrics; each may have a short name of its own."""
    return [
        metric(
            f"m{number}",
            draw(formulas),
            draw(st.sampled_from([None, f"N{number}", NAMES[number]])),
            numerator=draw(selections),
            denominator=draw(selections),
            measures=draw(measures),
        )
        for number in range(draw(st.integers(1, 3)))
    ]


def _errors(some: list[Metric], given_sources: list[Source]) -> set[str]:
    return {one.document_id for one in compile_all(*some, sources=tuple(given_sources)).errors}


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(metrics(), st.lists(sources, max_size=2), sources)
def test_an_added_source_makes_no_errors(
    some: list[Metric], given_sources: list[Source], added: Source
) -> None:
    named = [one.model_copy(update={"source_id": f"s{n}"}) for n, one in enumerate([*given_sources, added])]
    assert _errors(some, named) <= _errors(some, named[:-1])


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(metrics(), st.lists(sources, max_size=2), st.sampled_from(["N9", *NAMES]))
def test_an_added_metric_makes_no_errors_elsewhere(
    some: list[Metric], given: list[Source], short_name: str
) -> None:
    named = [one.model_copy(update={"source_id": f"s{n}"}) for n, one in enumerate(given)]
    added = metric("m9", "COUNT(a)", short_name)
    assert _errors([*some, added], named) <= _errors(some, named)


def test_a_quotient_whose_events_come_one_by_one_stays_documented_until_it_can_be_computed() -> None:
    parts = {
        "numerator": EventSelection(event_name="downtime_seen"),
        "denominator": EventSelection(event_name="time_seen"),
    }
    formula = "(total_time - downtime) / total_time * 100"
    for events in ((), ("time_seen",), ("downtime_seen",), ("time_seen", "downtime_seen"), ("total_time",)):
        given_sources = tuple(source(event, "seconds") for event in events)
        assert "'downtime' is no event" in reason_of(formula, sources=given_sources, **parts)
    both = compile_all(metric("m", formula, **parts), sources=(source("total_time"), source("downtime")))
    assert list(both.metrics) == ["m"]


def test_a_circle_is_an_error_before_and_after_its_other_names_are_known() -> None:
    circle = [metric("a", "METRIC('b') + COUNT(order)"), metric("b", "METRIC('a') * 2")]
    for given_sources in ((), (source("order"),)):
        (error,) = compile_all(*circle, sources=given_sources).errors
        assert "a → b → a" in error.message
