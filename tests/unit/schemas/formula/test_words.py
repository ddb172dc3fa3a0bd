"""Formulas in pieces with what their names mean."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.documents.documents import Definition, Measure, Metric
from schemas.formula.names import Event, Names
from schemas.formula.words import formula_words

NAMES = Names(
    events={"order": Event("order", frozenset({"value"}), frozenset({"country"}))},
    short_names={"rate": ("RATE-1",), "twice": ("A", "B")},
    metric_ids=frozenset({"RATE-1", "A", "B"}),
)


def words(formula: str) -> list[tuple[str, str]]:
    metric = Metric(
        metric_id="M",
        name="M",
        definition=Definition(formula=formula, measures={"own": Measure(event="order")}),
    )
    return [
        (each.text, f"{each.meaning}:{each.target}") for each in formula_words(metric, NAMES) if each.meaning
    ]


def test_events_measures_and_metrics_are_told_from_columns_and_from_texts() -> None:
    formula = "SUM(order.value) FILTER (WHERE country = 'order') / own + METRIC('RATE-1') * rate - twice"
    assert words(formula) == [
        ("order", "event:order"),
        ("own", "measure:own"),
        ("'RATE-1'", "metric:RATE-1"),
        ("rate", "metric:RATE-1"),
    ]


def test_a_column_called_as_an_event_is_no_event() -> None:
    assert words('"order".order') == [('"order"', "event:order")]


@given(st.text(alphabet=st.sampled_from("order own rate METRIC('RATE-1')\".,+é日"), max_size=60))
def test_the_pieces_of_any_formula_are_the_formula(formula: str) -> None:
    metric = Metric(metric_id="M", name="M", definition=Definition(formula=formula))
    assert "".join(each.text for each in formula_words(metric, NAMES)) == formula
