from datetime import UTC, datetime
from typing import Any

from pipelines.validation.rules import DimensionRule, dimension_rules, file_rules, row_rules
from schemas.documents.documents import Catalog, Metric, Source

NOW = datetime(2013, 6, 1, tzinfo=UTC)


def source(**changes: Any) -> Source:
    return Source.model_validate(
        {
            "source_id": "s",
            "format": "csv",
            "event": "login",
            "timestamp": {"column": "ts"},
            "dimensions": {"platform": "p", "region": "r"},
            **changes,
        }
    )


def metric(metric_id: str, formula: str, *dimensions: dict[str, Any]) -> Metric:
    definition = {"formula": formula}
    return Metric.model_validate(
        {"metric_id": metric_id, "name": metric_id, "definition": definition, "dimensions": list(dimensions)}
    )


def catalog(*metrics: Metric) -> Catalog:
    return Catalog(sources={"s": source()}, metrics={one.metric_id: one for one in metrics})


def test_what_metrics_ask_of_a_dimension_is_taken_together_per_event() -> None:
    rules = dimension_rules(
        catalog(
            metric("a", "COUNT(login)", {"name": "platform", "allowed_values": ["web", 1, True]}),
            metric("b", "COUNT(login)", {"name": "platform", "allowed_values": ["ios"], "required": True}),
            metric("c", "COUNT(login)", {"name": "platform"}, {"name": "region"}),
        )
    )
    assert rules == [
        DimensionRule("login", "platform", is_required=True, allowed=frozenset({"web", "1", "true", "ios"}))
    ]


def test_a_thousand_metrics_make_no_more_rules_than_ten() -> None:
    def count(number: int) -> int:
        dimension = {"name": "platform", "required": True, "allowed_values": ["web"]}
        metrics = (metric(f"m{n}", "COUNT(login)", dimension) for n in range(number))
        return len(row_rules(source(), dimension_rules(catalog(*metrics)), NOW))

    assert count(10) == count(300)


def test_dimensions_of_other_events_ask_nothing() -> None:
    rules = [DimensionRule("logout", "platform", is_required=True)]
    columns = {rule.column for rule in row_rules(source(), rules, NOW)}
    assert columns == {"malformed", "unread_occurred_at", "occurred_at"}
    anything = row_rules(source(event=None, event_column="k"), rules, NOW)
    assert "required_platform" in {rule.column for rule in anything}


def test_reasons_name_the_delivered_column_and_what_is_wrong_with_it() -> None:
    one = source(
        fields={"value": "amount"},
        ranges={"value": {"min": 0, "max": 10.5}},
        unique_key=["id", "day"],
        event=None,
        event_column="kind",
    )
    rules = row_rules(one, [DimensionRule("login", "platform", is_required=True)], NOW)
    row = {
        "malformed": "the line is no JSON",
        "unread_event": None,
        "unread_occurred_at": "nope",
        "occurred_at": datetime(2013, 6, 1, 1, tzinfo=UTC),
        "unread_field_value": "abc",
        "field_value": -2.5,
        "dim_platform": "tv",
    }
    assert [rule.reason(row) for rule in rules if rule.is_blocking] == [
        "the line is no JSON",
        "kind: no event is named",
        "ts: no time in 'nope'",
        "ts: no time",
        "ts: 2013-06-01 01:00:00 UTC is in the future",
        "amount: 'abc' is no finite number",
        "amount: -2.5 is outside the range from 0 to 10.5",
        "p: a value is required",
        "p: 'tv' is not an allowed value",
        "id, day: the unique key is not complete",
    ]


def test_a_file_has_a_rule_only_where_a_number_of_rows_is_expected() -> None:
    assert file_rules(source()) == []
    [rule] = file_rules(source(expected_rows={"min": 1}))
    assert (rule.low, rule.high) == (1, None)


def test_a_year_beyond_calendars_is_in_the_future() -> None:
    rule = next(one for one in row_rules(source(), [], NOW) if one.column == "unread_occurred_at")
    for given in ("9999-12-31", "20266-11-02T10:00:00Z", "148108-07-06 14:00:27.387904+00"):
        assert rule.reason({"unread_occurred_at": given}) == f"ts: {given!r} is in the future"
    for given in ("99999", "144170-06-28 (BC) 09:59:32", "99999-tel-1"):
        assert rule.reason({"unread_occurred_at": given}) == f"ts: no time in {given!r}"
