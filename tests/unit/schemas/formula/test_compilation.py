"""Which metrics of a catalog are computed, which are only documented, and which are errors."""

import subprocess
import sys
from pathlib import Path

import pytest

from schemas.documents.documents import (
    DataFacts,
    Dimension,
    Direction,
    Measure,
    Targets,
    Window,
)
from schemas.formula.hash import definition_hash
from schemas.formula.order import dependency_order

from .build import any_event, compile_all, error_of, metric, reason_of, source


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        (None, "it has no formula"),
        ("  ", "it has no formula"),
        ("Number of users who came back within 7 days", "cannot be read as one expression near 'of'"),
        ("Revenue per user; bots left out", "cannot be read as one expression"),
        ("Users' visits", "a quote or comment is opened and never closed"),
        ("% of logins", "cannot be read as one expression"),
        ("COUNT(login", "cannot be read as one expression"),
        ("Revenue / Customers", "'Revenue' is no event of any source"),
        ("NPS = promoters - detractors", "'promoters' is no event of any source"),
        ("SUM(revenue) / COUNT(*)", "the star * at line 1, column 22"),
        ("DATEDIFF(closed_at, opened_at)", "the function DATEDIFF at line 1, column 1"),
        ("UNIQUE_COUNT(users)", "the function UNIQUE_COUNT at line 1, column 1"),
        ("CAST(good AS FLOAT) / total", "the function CAST at line 1, column 1"),
        ("SUM(revenue) OVER (ORDER BY day)", "'window' at line 1, column 1"),
        ("42", "it names no event, measure or metric"),
    ],
)
def test_text_that_names_nothing_known_is_documented_with_the_reason(
    formula: str | None, reason: str
) -> None:
    assert reason in reason_of(formula)


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("COUNT(login) / COUNT(*)", "the star * at line 1, column 22 is not part of the formula language"),
        ("UNIQUE_COUNT(login)", "its functions are COUNT, SUM, AVG"),
        ("COUNT(login)::int", "the function CAST at line 1, column 1"),
        ("COUNT(login) OVER ()", "'window' at line 1, column 1"),
        ("login /\n  weekly(login)", "the function weekly at line 2, column 3"),
        ("login % 2", "'mod' at line 1, column 1"),
        ("SUM(a.b.order) / login", "'column' with db at line 1, column 5"),
    ],
)
def test_the_same_constructs_beside_a_known_name_are_documented_too(formula: str, message: str) -> None:
    assert message in reason_of(formula)


def test_a_construct_of_elsewhere_beside_a_measure_of_the_document_is_an_error() -> None:
    assert "the star *" in error_of("good / COUNT(*) + good", measures={"good": Measure(event="signin")})


def test_a_measure_of_an_event_that_no_source_delivers_is_documented() -> None:
    reason = reason_of("good", measures={"good": Measure(event="signin")})

    assert "measure 'good' reads the event 'signin', which no source delivers" in reason


def test_metrics_come_after_those_they_read() -> None:
    compilation = compile_all(
        metric("c", "METRIC('b') + METRIC('a')"), metric("b", "METRIC('a')"), metric("a", "COUNT(login)")
    )

    assert compilation.order == ["a", "b", "c"]
    assert compilation.metrics["c"].events == {"login"}


def test_a_cycle_is_an_error_that_names_it_and_takes_its_readers_along() -> None:
    compilation = compile_all(
        metric("a", "METRIC('b') + login"),
        metric("b", "METRIC('c')"),
        metric("c", "METRIC('a')"),
        metric("reader", "METRIC('a')"),
        metric("own", "METRIC('own') + 1"),
        metric("fine", "login"),
    )

    assert [problem.message for problem in compilation.errors] == [
        "metrics read one another in a circle: a → b → c → a",
        "metrics read one another in a circle: own → own",
    ]
    assert compilation.order == ["fine"]
    assert not compilation.documented


def test_order_of_many_metrics_needs_no_deep_recursion() -> None:
    chain = {str(n): [str(n + 1)] for n in range(5_000)}

    order, cycles = dependency_order({**chain, "5000": [], "x": ["y"], "y": ["x"], "z": ["x", "0"]})

    assert order == [str(n) for n in range(5_000, -1, -1)]
    assert cycles == [["x", "y", "x"]]


def test_what_reads_a_documented_metric_is_documented_too() -> None:
    compilation = compile_all(
        metric("a", "read the wiki"), metric("b", "METRIC('a') * login"), metric("c", "METRIC('b')")
    )

    assert compilation.documented["b"] == "it reads a, which is only documented"
    assert compilation.documented["c"] == "it reads b, which is only documented"
    assert not compilation.metrics
    assert not compilation.errors


def test_a_documented_metric_takes_observed_values_and_can_be_read() -> None:
    compilation = compile_all(
        metric("NPS", "asked in a survey"),
        metric("b", "METRIC('NPS') / 10"),
        sources=(source("metric:NPS", "value"),),
    )

    assert compilation.observed == {"NPS"}
    assert compilation.order == ["NPS", "b"]
    assert compilation.metrics["NPS"].leaves[0].key == 'last("metric:NPS", "field_value")'
    assert compilation.metrics["b"].events == {"metric:NPS"}
    assert "cannot be read" in compilation.documented["NPS"]


@pytest.mark.parametrize(
    ("one", "observed"),
    [(any_event("value"), {"NPS"}), (any_event("score"), set()), (source("metric:NPS", "score"), set())],
)
def test_observed_values_come_in_the_field_value(one: object, observed: set[str]) -> None:
    assert compile_all(metric("NPS", "asked in a survey"), sources=(one,)).observed == observed


def hash_of(changed=None, first="COUNT(login)", zone="UTC", sources=None, **definition):
    a = metric("a", first)
    b = metric("b", "METRIC('a') / order", **definition)
    if changed:
        b = b.model_copy(update=changed)
    more = {} if sources is None else {"sources": sources}
    return definition_hash(b, compile_all(a, b, **more), zone)


def test_a_hash_changes_with_whatever_affects_a_published_column() -> None:
    hashes = [
        hash_of(),
        hash_of(first="COUNT(login) * 1"),  # the formula of a metric it reads
        hash_of(zone="Asia/Tokyo"),
        hash_of(window=Window(trailing=28)),
        hash_of(null_policy="carry"),
        hash_of(expected_direction=Direction.DECREASE),
        hash_of({"targets_and_alerts": Targets(warning_threshold=1)}),
        hash_of({"targets_and_alerts": Targets(critical_threshold=1)}),
        hash_of({"targets_and_alerts": Targets(comparison_baseline="previous_year")}),
        hash_of({"dimensions": [Dimension(name="platform")]}),
        hash_of({"breakdowns": [["platform", "region"]]}),
        hash_of({"data": DataFacts(time_grain=["year"])}),
        hash_of(sources=(source("login"), source("order"))),  # order counts rows once value is not mapped
    ]

    assert len(set(hashes)) == len(hashes)


def test_a_hash_does_not_change_with_what_affects_no_number() -> None:
    plain = hash_of()

    assert hash_of({"name": "Other name", "description": "words", "tags": ["x"]}) == plain
    assert hash_of(unit="EUR") == plain
    assert hash_of({"dimensions": [Dimension(name="p", required=True)]}) == hash_of(
        {"dimensions": [Dimension(name="p")]}
    )


def test_a_hash_is_the_same_in_another_process() -> None:
    code = (
        "from tests.unit.schemas.formula.build import compile_all, metric\n"
        "from schemas.formula.hash import definition_hash\n"
        "a, b = metric('a', 'COUNT(login)'), metric('b', \"METRIC('a') / order\")\n"
        "print(definition_hash(b, compile_all(a, b), 'UTC'))"
    )
    root = Path(__file__).parents[4]

    other = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)

    assert other.stdout.strip() == hash_of()
