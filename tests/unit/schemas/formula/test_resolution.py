"""What each name and aggregate of a formula means, as tables worked out by hand."""

from typing import Any

import pytest

from schemas.documents.documents import EventSelection, Filter, Measure
from schemas.formula.compiled import CompiledMetric

from .build import any_event, compile_all, compile_one, error_of, metric, reason_of, source


def shape(compiled: CompiledMetric) -> str:
    """The expression with its references unquoted: {leaf}, [metric]."""
    text = compiled.expression.sql()
    for leaf in compiled.leaves:
        text = text.replace(leaf.reference.sql(), f"{{{leaf.key}}}")
    for reference in compiled.metric_refs:
        text = text.replace(f'"metric"."{reference}"', f"[{reference}]")
    return text


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("COUNT(login)", '{count("login", *)}'),
        ("count( login )", '{count("login", *)}'),
        ("COUNT(order.amount)", '{count("order", "field_amount")}'),
        ("COUNT(login.user_id)", '{count("login", "dim_user_id")}'),
        ("COUNT(DISTINCT login.user_id)", '{count_distinct("login", "dim_user_id")}'),
        ("SUM(order.amount)", '{sum("order", "field_amount")}'),
        ("SUM(order)", '{sum("order", "field_value")}'),
        ("SUM(login)", '{sum("login", 1)}'),  # login maps no value
        ("AVG(order)", '{sum("order", "field_value")} / {count("order", "field_value")}'),
        ("AVG(login)", '{sum("login", 1)} / {count("login", *)}'),
        ("MIN(order)", '{min("order", "field_value")}'),
        ("MAX(order.quantity)", '{max("order", "field_quantity")}'),
        ("MEDIAN(order)", '{quantile("order", "field_value", 0.5)}'),
        ("PERCENTILE_95(api_request.duration_ms)", '{quantile("api_request", "field_duration_ms", 0.95)}'),
        ("percentile_50(order)", '{quantile("order", "field_value", 0.5)}'),
        ("QUANTILE(order, 0.99)", '{quantile("order", "field_value", 0.99)}'),
        ("FIRST(order)", '{first("order", "field_value")}'),
        ("LAST(order.amount)", '{last("order", "field_amount")}'),
        ("STDDEV(order)", '{stddev("order", "field_value")}'),
        ("AVG(order.amount - order.value)", None),
        ("SUM(order.amount * quantity)", '{sum("order", "field_amount" * "field_quantity")}'),
        ("SUM(order * 2)", '{sum("order", "field_value" * 2)}'),
        ("login", '{count("login", *)}'),
        ("order", '{sum("order", "field_value")}'),
        ("login / order", '{count("login", *)} / {sum("order", "field_value")}'),
        ("time_period + TIME_PERIOD", "period.period_days + period.period_days"),
        ("login / HOURS_IN_PERIOD()", '{count("login", *)} / period.period_hours'),
        ("2 * (login - 1)", '2 * ({count("login", *)} - 1)'),
        ('SUM("order"."amount")', '{sum("order", "field_amount")}'),
    ],
)
def test_aggregates_and_events_become_leaves(formula: str, expected: str | None) -> None:
    if "time_period" in formula:
        formula, expected = f"login * ({formula})", f'{{count("login", *)}} * ({expected})'
    if expected is None:
        part = '"field_amount" - "field_value"'
        expected = f'{{sum("order", {part})}} / {{count("order", {part})}}'

    assert shape(compile_one(formula)) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("status IN (200, 201)", "\"dim_status\" IN ('200', '201')"),
        ("status = 200", "\"dim_status\" = '200'"),
        ("200 = status", "\"dim_status\" = '200'"),
        ("status <> -1", "\"dim_status\" <> '-1'"),
        ("order.status = 'paid'", "\"dim_status\" = 'paid'"),
        ("status > 'm'", "\"dim_status\" > 'm'"),
        ("'m' > status", "\"dim_status\" < 'm'"),
        ("status LIKE 'p%'", "\"dim_status\" LIKE 'p%'"),
        ("status IS NOT NULL", 'NOT ("dim_status" IS NULL)'),
        ("is_gift", "LOWER(\"dim_is_gift\") = 'true'"),
        ("NOT is_gift", "NOT (LOWER(\"dim_is_gift\") = 'true')"),
        ("amount", '"field_amount" = 1'),
        ("is_gift = FALSE", "LOWER(\"dim_is_gift\") = 'false'"),
        ("amount > 10 AND quantity <= 2", '("field_amount" > 10) AND ("field_quantity" <= 2)'),
        ("amount = '10'", '"field_amount" = 10'),
        (
            "amount BETWEEN 1 AND 2 OR amount IN (5)",
            '("field_amount" BETWEEN 1 AND 2) OR ("field_amount" IN (5))',
        ),
        ("amount / quantity >= 2", '("field_amount" / "field_quantity") >= 2'),
        ("CASE WHEN quantity > 1 THEN amount ELSE 0 END > 5", None),
        ("status = customer_id", '"dim_status" = "dim_customer_id"'),
    ],
)
def test_filter_conditions_are_over_the_columns_of_their_event(condition: str, expected: str | None) -> None:
    compiled = compile_one(f"COUNT(order) FILTER (WHERE {condition})")

    (leaf,) = compiled.leaves
    assert leaf.condition is not None
    if expected is None:
        expected = '(CASE WHEN "field_quantity" > 1 THEN "field_amount" ELSE 0 END) > 5'
    assert leaf.condition.sql() == expected
    assert leaf.key == f'count("order", *) where {expected}'


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (Filter(field="status", operator="eq", value="paid"), "\"dim_status\" = 'paid'"),
        (Filter(field="status", value=200), "\"dim_status\" = '200'"),
        (Filter(field="order.status", value="paid"), "\"dim_status\" = 'paid'"),
        (Filter(field="status", operator="ne", value="x"), "\"dim_status\" IS DISTINCT FROM 'x'"),
        (Filter(field="status", operator="in", value=["a", 1]), "\"dim_status\" IN ('a', '1')"),
        (Filter(field="status", operator="in", value=[]), "FALSE"),
        (
            Filter(field="status", operator="not_in", value=["a"]),
            '"dim_status" IS NULL OR NOT ("dim_status" IN (\'a\'))',
        ),
        (Filter(field="amount", operator="gt", value=1.5), '"field_amount" > 1.5'),
        (Filter(field="amount", operator="gte", value=-1), '"field_amount" >= (-1)'),
        (Filter(field="amount", operator="lt", value="3"), '"field_amount" < 3'),
        (Filter(field="status", operator="lte", value="m"), "\"dim_status\" <= 'm'"),
        (
            Filter(field="status", operator="contains", value="'; --"),
            "STR_POSITION(\"dim_status\", '''; --') > 0",
        ),
        (Filter(field="status", operator="is_null"), '"dim_status" IS NULL'),
        (Filter(field="status", operator="is_null", value=False), 'NOT "dim_status" IS NULL'),
        (Filter(field="is_gift", value=True), "LOWER(\"dim_is_gift\") = 'true'"),
        (Filter(field="amount", operator="ne", value=0), '"field_amount" IS DISTINCT FROM 0'),
    ],
)
def test_filters_of_documents_become_conditions(one: Filter, expected: str) -> None:
    compiled = compile_one("big", measures={"big": Measure(event="order", filters=[one])})

    (leaf,) = compiled.leaves
    assert leaf.condition is not None
    assert leaf.condition.sql() == expected


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (Filter(field="staus", value="x"), "did you mean 'status'"),
        (Filter(field="amount", value="many"), "'many' stands where a number is expected"),
        (Filter(field="status", operator="eq", value=["a"]), "needs one value"),
        (Filter(field="status", operator="gt"), "needs one value"),
        (Filter(field="amount", operator="contains", value="1"), "contains needs a dimension"),
        (Filter(field="status", operator="in"), "needs a list of values"),
    ],
)
def test_filters_that_do_not_fit_make_a_documented_metric(one: Filter, message: str) -> None:
    assert message in reason_of("big", measures={"big": Measure(event="order", filters=[one])})


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (Measure(event="login"), '{count("login", *)}'),
        (Measure(event="login", field="value"), '{count("login", *)}'),  # login maps no value
        (Measure(event="order", field="value"), '{count("order", "field_value")}'),
        (Measure(event="order", aggregate="SUM"), '{sum("order", "field_value")}'),
        (Measure(event="order", aggregate="sum", field="amount"), '{sum("order", "field_amount")}'),
        (
            Measure(event="order", aggregate="avg", field="amount"),
            '{sum("order", "field_amount")} / {count("order", "field_amount")}',
        ),
        (
            Measure(event="order", aggregate="count_distinct", field="customer_id"),
            '{count_distinct("order", "dim_customer_id")}',
        ),
        (Measure(event="order", aggregate="median"), '{quantile("order", "field_value", 0.5)}'),
        (Measure(event="order", aggregate="percentile_90"), '{quantile("order", "field_value", 0.9)}'),
        (Measure(event="order", aggregate="last"), '{last("order", "field_value")}'),
    ],
)
def test_measures_come_before_everything_else(measure: Measure, expected: str) -> None:
    assert shape(compile_one("login", measures={"login": measure})) == expected


def test_inside_an_aggregate_a_measure_stands_for_its_rows_and_field() -> None:
    paid = Measure(event="order", field="amount", filters=[Filter(field="status", value="paid")])

    compiled = compile_one("MAX(paid) FILTER (WHERE quantity > 1)", measures={"paid": paid})

    where = '("dim_status" = \'paid\') AND ("field_quantity" > 1)'
    assert shape(compiled) == f'{{max("order", "field_amount") where {where}}}'


NUMERATOR = EventSelection(event_name="login", filters=[Filter(field="platform", value="web")])
DENOMINATOR = EventSelection(event_name="order")
TOP = '{count("login", *) where "dim_platform" = \'web\'}'
BOTTOM = '{sum("order", "field_value")}'


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("good / all_of_them", f"{TOP} / {BOTTOM}"),
        ("good / all_of_them * 100", f"({TOP} / {BOTTOM}) * 100"),
        ("(good / all_of_them) * 100", f"({TOP} / {BOTTOM}) * 100"),
        ("100 * good / all_of_them", f"(100 * {TOP}) / {BOTTOM}"),
        ("COUNT(good) / COUNT(all_of_them)", f'{TOP} / {{count("order", *)}}'),
        ("COUNT(good) / SUM(all_of_them)", f"{TOP} / {BOTTOM}"),
        ("COUNT(good)", TOP),
        ("COUNT(DISTINCT user_id)", TOP.replace("count(", "count_distinct(").replace("*", '"dim_user_id"')),
        ("COUNT(good) / COUNT(order)", f'{TOP} / {{count("order", *)}}'),
        ("good / login", f'{TOP} / {{count("login", *)}}'),  # an event of that name comes first
    ],
)
def test_names_that_fit_nothing_stand_for_numerator_and_denominator(formula: str, expected: str) -> None:
    compiled = compile_one(formula, numerator=NUMERATOR, denominator=DENOMINATOR)

    assert shape(compiled) == expected


@pytest.mark.parametrize(
    ("formula", "numerator"),
    [
        ("good - bad", NUMERATOR),  # no quotient
        ("good", NUMERATOR),  # no quotient either
        ("SUM(good) / SUM(every)", EventSelection(event_name="not_applicable")),
        ("COUNT(good)", EventSelection(event_name="nowhere")),
    ],
)
def test_other_shapes_and_unknown_events_stand_for_nothing(formula: str, numerator: EventSelection) -> None:
    assert "'good'" in reason_of(formula, numerator=numerator)


def test_filters_that_the_formula_passes_over_are_warned_of() -> None:
    compilation = compile_all(metric("m", "login / order", numerator=NUMERATOR, denominator=DENOMINATOR))

    (warning,) = compilation.warnings
    assert warning.path == "definition.numerator.filters"
    assert "do nothing" in warning.message


def test_short_names_and_ids_name_other_metrics() -> None:
    compilation = compile_all(
        metric("METRIC-A", "COUNT(login)", short_name="ARPU"),
        metric("METRIC-B", "ARPU * 12 + METRIC('METRIC-A') + METRIC('ARPU')"),
    )

    assert shape(compilation.metrics["METRIC-B"]) == "(([METRIC-A] * 12) + [METRIC-A]) + [METRIC-A]"
    assert compilation.metrics["METRIC-B"].metric_refs == ("METRIC-A",)
    assert compilation.metrics["METRIC-B"].events == {"login"}


def test_an_event_comes_before_a_short_name_and_a_metric_never_means_itself() -> None:
    compilation = compile_all(
        metric("a", "COUNT(order)", short_name="login"),
        metric("b", "login"),
        metric("c", "signups", short_name="signups"),
    )

    assert compilation.metrics["b"].metric_refs == ()
    assert "'signups'" in compilation.documented["c"]


def test_a_short_name_of_two_metrics_means_neither_and_the_reason_names_both() -> None:
    compilation = compile_all(
        metric("a", "COUNT(login)", short_name="N"),
        metric("b", "COUNT(order)", short_name="N"),
        metric("c", "N + login"),
    )

    assert "a and b" in compilation.documented["c"]
    assert not compilation.errors


def test_lags_add_up_along_their_nesting() -> None:
    compilation = compile_all(
        metric("x", "COUNT(login)"), metric("y", "LAG(LAG(METRIC('x'), 2) + LAG(METRIC('x')), 3)")
    )

    assert compilation.metrics["y"].max_lag == 5
    assert shape(compilation.metrics["y"]) == "LAG(LAG([x], 2) + LAG([x], 1), 3)"


@pytest.mark.parametrize(
    ("formula", "numerator", "denominator"),
    [
        ("a / b", "{a}", "{b}"),
        ("(a / b)", "{a}", "{b}"),
        ("a / b * 100", "{a}", "{b}"),
        ("100 * (a / b)", "{a}", "{b}"),
        ("100 * a / b", "{a}", "{b}"),
        ("a * 100 / b", "{a}", "{b}"),
        ("ROUND(100 * a / b, 2)", "{a}", "{b}"),
        ("a / b / 60", "{a}", "{b}"),
        ("(a - b) / (a + b)", "{a} - {b}", "{a} + {b}"),
        ("-a / b", "-{a}", "{b}"),
        ("-(a / b)", "-({a})", "{b}"),
        ("AVG(order)", '{sum("order", "field_value")}', '{count("order", "field_value")}'),
        ("ROUND(AVG(order) * 2)", '{sum("order", "field_value")}', '{count("order", "field_value")}'),
        ("a", None, None),
        ("a / 60", None, None),
        ("1 - a / b", None, None),
        ("a * b", None, None),
        ("COALESCE(a / b, 0)", None, None),
    ],
)
def test_quotients_keep_their_parts(formula: str, numerator: str | None, denominator: str | None) -> None:
    measures = {"a": Measure(event="login"), "b": Measure(event="visit")}

    compiled = compile_one(formula, measures=measures)

    def text(part: Any) -> str | None:
        return part and shape(type(compiled)("m", part, compiled.leaves))

    named = {"{a}": '{count("login", *)}', "{b}": '{count("visit", *)}'}
    for short, full in named.items():
        numerator = numerator and numerator.replace(short, full)
        denominator = denominator and denominator.replace(short, full)
    assert (text(compiled.numerator), text(compiled.denominator)) == (numerator, denominator)


def test_equal_leaves_have_equal_keys_and_are_kept_once() -> None:
    compiled = compile_one(
        "COUNT(order) FILTER (WHERE status = 200) / COUNT(order) FILTER (WHERE (order.status = '200'))"
    )

    assert len(compiled.leaves) == 1
    assert compiled.leaves[0].columns == {"dim_status"}
    assert compiled.leaves[0].additive


def test_null_policy_zero_makes_a_sum_of_no_rows_zero() -> None:
    compiled = compile_one("SUM(order) - MAX(order)", null_policy="zero")

    assert shape(compiled) == 'COALESCE({sum("order", "field_value")}, 0) - {max("order", "field_value")}'


def test_a_field_comes_before_a_dimension_of_the_same_name() -> None:
    compiled = compile_one("COUNT(e.x)", sources=(source("e", "x", "x"),))

    assert compiled.leaves[0].columns == {"field_x"}


def test_any_event_may_come_from_a_source_with_an_event_column() -> None:
    sources = (any_event("ms", "page"),)

    assert shape(compile_one("SUM(click.ms)", sources=sources)) == '{sum("click", "field_ms")}'
    assert "no field or dimension 'msec'" in reason_of("SUM(click.msec)", sources=sources)


def test_named_events_and_short_names_come_before_events_that_may_come() -> None:
    compilation = compile_all(
        metric("a", "COUNT(login)", short_name="N"),
        metric("b", "N / login"),
        sources=(source("login"), any_event("value")),
    )

    assert compilation.metrics["b"].metric_refs == ("a",)


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        (
            "COUNT(logn) / COUNT(login)",
            "'logn' is no event of any source, no measure and no metric's short name",
        ),
        ("COUNT(logn) / COUNT(login)", "did you mean 'login'?"),
        ("SUM(order.amuont)", "event 'order' has no field or dimension 'amuont'; did you mean 'amount'"),
        ("order.amount", "aggregate it, as in SUM(order.amount)"),
        ("SUM(order.amount - login.user_id)", "reads the events order, login"),
        ("SUM(SUM(order))", "an aggregate stands inside another"),
        ("COUNT(order) FILTER (WHERE COUNT(login) > 1)", "stands inside another aggregate"),
        ("COUNT(order) FILTER (WHERE visit.page = 'x')", "is of another event than 'order'"),
        ("COUNT(order) FILTER (WHERE amount + 1)", "is a number where a condition is expected"),
        ("COUNT(order) FILTER (WHERE amount = 'many')", "'many' stands where a number is expected"),
        ("COUNT(order) FILTER (WHERE amount LIKE '1%')", "LIKE compares a dimension with a text"),
        ("COUNT(order) FILTER (WHERE status LIKE 'a\\%')", "a backslash in a LIKE pattern"),
        ("COUNT(order) FILTER (WHERE is_gift > TRUE)", "has no order"),
        ("login = order", "is true or false where a number is expected"),
        ("login + 'x'", "the text 'x' stands where a number is expected"),
        ("CASE WHEN login THEN 1 END", "is a number where a condition is expected"),
        ("COUNT(DISTINCT login)", "needs a column"),
        ("SUM(DISTINCT order.amount)", "DISTINCT stands in COUNT(DISTINCT event.column) only"),
        ("SUM(1) + login", "names no event"),
        ("QUANTILE(order, 95)", "QUANTILE takes a share from 0 to 1"),
        ("QUANTILE(order, amount)", "QUANTILE takes a share from 0 to 1"),
        ("ROUND(login, 99)", "a whole number from -12 to 12"),
        ("ROUND(login, order)", "a whole number from -12 to 12"),
        ("LAG(login, 0)", "a whole number from 1 to"),
        ("HOURS_IN_PERIOD(login)", "takes no argument"),
        ("login * 1e400", "too large"),
        ("PERCENTILE_95(order, order)", "one argument is expected"),
        ("COALESCE(login) FILTER (WHERE status = 1)", "may not stand here"),
    ],
)
def test_a_formula_of_the_language_with_a_mistake_is_documented_with_what_is_wrong(
    formula: str, message: str
) -> None:
    assert message in reason_of(formula)


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("METRIC('nowhere')", "METRIC('nowhere'): no such metric"),
        ("METRIC(login)", "METRIC takes one id as text"),
        ("LAG(METRIC('m'), 0)", "a whole number from 1 to"),
        ("good + LAG(good, 0)", "a whole number from 1 to"),
        ("odd", "aggregate 'medain' is none of"),
    ],
)
def test_a_mistake_beside_metric_or_with_a_measure_of_the_document_is_an_error(
    formula: str, message: str
) -> None:
    measures = {"good": Measure(event="nowhere"), "odd": Measure(event="login", aggregate="medain")}
    assert message in error_of(formula, measures=measures)


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        ("SUM(amount)", "did you mean the field order.amount?"),
        (
            "SUM(duration_ms) / COUNT(login)",
            "the field api_request.duration_ms or the field visit.duration_ms?",
        ),
        ("COUNT(DISTINCT user_id)", "did you mean the dimension login.user_id?"),
    ],
)
def test_the_reason_proposes_the_column_that_has_the_name(formula: str, meant: str) -> None:
    assert meant in reason_of(formula)


AGGREGATES = (
    *(
        "COUNT",
        "SUM",
        "AVG",
        "MIN",
        "MAX",
        "MEDIAN",
        "FIRST",
        "LAST",
        "STDDEV",
        "PERCENTILE_95",
        "percentile_5",
    ),
    *("QUANTILE", "COUNT(DISTINCT"),
)


@pytest.mark.parametrize("aggregate", AGGREGATES)
@pytest.mark.parametrize(
    "around", ["{}", "100 * {}", "{} / 60", "-{}", "ROUND({}, 2)", "ROUND(({}) / 1000, 1)"]
)
def test_the_name_in_any_single_aggregate_stands_for_the_numerator(aggregate: str, around: str) -> None:
    called = "COUNT(DISTINCT ms)" if "DISTINCT" in aggregate else f"{aggregate}(ms)"
    called = "QUANTILE(ms, 0.95)" if aggregate == "QUANTILE" else called
    sources = (source("call", "ms", "path"),)
    numerator = EventSelection(event_name="call", filters=[Filter(field="path", value="/")])

    compiled = compile_one(around.format(called), sources=sources, numerator=numerator)

    assert {leaf.columns for leaf in compiled.leaves} == {frozenset({"field_ms", "dim_path"})}
