"""Documents that do not fit each other, or themselves."""

from typing import Any

import pytest

from schemas.catalog.references import check_references
from schemas.catalog.validate import validate, validate_loaded
from schemas.documents.load import load_documents

SOURCE = {"source_id": "s", "format": "csv", "path": "*.csv", "event": "e", "timestamp": "ts"}
METRIC = {"metric_id": "m", "name": "M"}
OBJECTIVE = {"objective_id": "o", "name": "O"}


def found(*documents: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """(severity, document, path, message) of what is wrong between documents that are sound in themselves."""
    loaded = load_documents(list(documents), "test")
    assert loaded.errors == ()
    return [(p.severity, p.document_id, p.path, p.message) for p in check_references(loaded.catalog)]


def only(*documents: dict[str, Any]) -> tuple[str, str, str]:
    ((severity, _, path, message),) = found(*documents)
    return severity, path, message


def test_documents_that_fit_have_no_problems() -> None:
    assert (
        found(
            {**SOURCE, "fields": {"ms": "ms"}, "ranges": {"ms": {"min": 0, "max": 9}}},
            {"domain_id": "d", "name": "Growth", "objectives": ["o"], "key_metrics": ["m"]},
            {
                **OBJECTIVE,
                "business_domain": "Growth",
                "metric_ids": ["m"],
                "timeframe": {"start": "2026-01-01", "end": "2026-03-31"},
                "key_results": [
                    {"kr_id": "k1", "name": "K", "metric_ids": ["m"], "weight": 0},
                    {"kr_id": "k2", "name": "K", "baseline_value": 1, "target_value": 2},
                ],
            },
            {
                **METRIC,
                "business_domain": "d",
                "short_name": "m",
                "dimensions": ["platform", "region"],
                "breakdowns": [["region", "platform"]],
                "alignment": {"primary_objective_ids": ["o"], "related_okr_ids": ["o", "k1"]},
                "relationships": {"upstream_metric_ids": ["m"]},
                "definition": {"expected_direction": "decrease"},
                "targets_and_alerts": {"warning_threshold": 5, "critical_threshold": 8},
            },
        )
        == []
    )


@pytest.mark.parametrize(
    ("document", "path", "message"),
    [
        ({**OBJECTIVE, "metric_ids": ["x", "m"]}, "metric_ids[0]", "no metric is called 'x'"),
        ({**OBJECTIVE, "business_domain": "x"}, "business_domain", "no domain is called 'x'"),
        (
            {**OBJECTIVE, "key_results": [{"kr_id": "k", "name": "K", "metric_id": "m,x"}]},
            "key_results[0].metric_ids[1]",
            "no metric is called 'x'",
        ),
        ({"domain_id": "d", "name": "D", "objectives": ["x"]}, "objectives[0]", "no objective is called 'x'"),
        ({"domain_id": "d", "name": "D", "key_metrics": ["x"]}, "key_metrics[0]", "no metric is called 'x'"),
        (
            {"metric_id": "n", "name": "N", "business_domain": "x"},
            "business_domain",
            "no domain is called 'x'",
        ),
        (
            {"metric_id": "n", "name": "N", "alignment": {"primary_objective_ids": ["x"]}},
            "alignment.primary_objective_ids[0]",
            "no objective is called 'x'",
        ),
        (
            {"metric_id": "n", "name": "N", "relationships": {"downstream_metric_ids": ["x"]}},
            "relationships.downstream_metric_ids[0]",
            "no metric is called 'x'",
        ),
    ],
)
def test_a_name_that_leads_nowhere_is_a_warning(document: dict[str, Any], path: str, message: str) -> None:
    assert only(METRIC, document) == ("warning", path, message)


def test_a_close_name_is_suggested() -> None:
    documents = ({"metric_id": "METRIC-LOGIN", "name": "L"}, {**OBJECTIVE, "metric_ids": ["METRIC-LOGINS"]})
    assert only(*documents)[2] == "no metric is called 'METRIC-LOGINS'; did you mean 'METRIC-LOGIN'?"


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ({"event": None}, "event", "expected `event`, or `event_column` where a column names the event"),
        ({"event_column": "kind"}, "event_column", "`event` and `event_column` are both given; keep one"),
        ({"path": None}, "path", "a source of format csv needs a path, such as 'logins/*.csv'"),
        ({"ranges": {"ms": {"min": 0}}}, "ranges.ms", "the range is for 'ms', which `fields` does not map"),
        ({"expected_rows": {"min": 2, "max": 1}}, "expected_rows", "`min` is greater than `max`"),
        (
            {"timestamp": {"column": "ts", "timezone": "Mars/Olympus"}},
            "timestamp.timezone",
            "'Mars/Olympus' is not an IANA time zone such as America/New_York",
        ),
        (
            {"timestamp": {"column": "ts", "timezone": "localtime"}},
            "timestamp.timezone",
            "'localtime' is not an IANA time zone such as America/New_York",
        ),
        ({"format": "sql", "query": "select 1"}, "connection", "a source of format sql needs a connection"),
        ({"format": "sql", "connection": "w"}, "query", "a source of format sql needs a query"),
        (
            {"format": "sql", "connection": "w", "query": "select :cursor"},
            "cursor",
            "the query uses :cursor, so `cursor` must name the column it comes from",
        ),
    ],
)
def test_a_source_that_cannot_be_read_is_an_error(change: dict[str, Any], path: str, message: str) -> None:
    assert only({**SOURCE, **change}) == ("error", path, message)


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        (
            {"key_results": [{"kr_id": "k", "name": "K", "weight": 0}]},
            "key_results",
            "the weights of the key results add up to 0; at least one must be greater",
        ),
        (
            {"key_results": [{"kr_id": "k", "name": "K"}, {"kr_id": "k", "name": "K"}]},
            "key_results",
            "two key results are called 'k'",
        ),
        (
            {"timeframe": {"start": "2026-02-01", "end": "2026-01-31"}},
            "timeframe.end",
            "the timeframe ends on 2026-01-31, before it starts on 2026-02-01",
        ),
    ],
)
def test_an_objective_that_cannot_be_scored_is_an_error(
    change: dict[str, Any], path: str, message: str
) -> None:
    assert only({**OBJECTIVE, **change}) == ("error", path, message)


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        (
            {"dimensions": ["a"], "breakdowns": [["a"], ["a", "b"]]},
            "breakdowns[1]",
            "the breakdown names 'b', which `dimensions` does not declare",
        ),
        ({"dimensions": ["a"], "breakdowns": [["a", "a"]]}, "breakdowns[0]", "the breakdown names 'a' twice"),
        ({"dimensions": ["a", "a"]}, "dimensions", "the dimension 'a' is declared twice"),
        (
            {"targets_and_alerts": {"alert_rules": [{"rule_id": "r", "condition": "value < 1"}] * 2}},
            "targets_and_alerts.alert_rules",
            "two alert rules are called 'r'",
        ),
        ({"short_name": "other"}, "short_name", "the short name 'other' is the id of another metric"),
        ({"short_name": "taken"}, "short_name", "the short name 'taken' is taken by other already"),
    ],
)
def test_a_metric_that_cannot_be_told_apart_or_cut_is_an_error(
    change: dict[str, Any], path: str, message: str
) -> None:
    other = {"metric_id": "other", "name": "O", "short_name": "taken"}
    assert only(other, {**METRIC, **change}) == ("error", path, message)


@pytest.mark.parametrize(
    ("direction", "warning", "critical", "is_odd"),
    [
        ("increase", 90, 80, False),
        ("increase", 80, 90, True),
        ("decrease", 80, 90, False),
        ("decrease", 90, 80, True),
        ("maintain", 90, 80, False),
        (None, 80, 90, False),
    ],
)
def test_a_critical_threshold_on_the_wrong_side_is_a_warning(
    direction: str | None, warning: int, critical: int, *, is_odd: bool
) -> None:
    metric = {
        **METRIC,
        "definition": {"expected_direction": direction},
        "targets_and_alerts": {"warning_threshold": warning, "critical_threshold": critical},
    }
    severities = [severity for severity, *_ in found(metric)]
    assert severities == (["warning"] if is_odd else [])


def test_equal_baseline_and_target_is_a_warning_unless_the_value_is_to_be_kept() -> None:
    result = {"kr_id": "k", "name": "K", "baseline_value": 5, "target_value": 5}
    assert only({**OBJECTIVE, "key_results": [result]})[0] == "warning"
    kept = {**result, "direction": "maintain", "bound": "at_least"}
    assert found({**OBJECTIVE, "key_results": [kept]}) == []


@pytest.mark.parametrize(
    ("fields", "metric_direction", "path", "message"),
    [
        (
            {"baseline_value": 10, "target_value": 5, "direction": "increase"},
            None,
            "direction",
            "direction increase contradicts the way from baseline 10 to target 5, which is decrease",
        ),
        (
            {"baseline_value": -4, "target_value": 0, "direction": "decrease"},
            None,
            "direction",
            "direction decrease contradicts the way from baseline -4 to target 0, which is increase",
        ),
        (
            {"baseline_value": 2, "target_value": 4},
            "decrease",
            "metric_ids[0]",
            "m has expected_direction decrease, but baseline and target say increase",
        ),
        (
            {"baseline_value": 5, "target_value": 5},
            "decrease",
            "target_value",
            "progress is 1 while the value is at most 5, else 0",
        ),
        ({"target_value": 5, "direction": "maintain"}, None, "direction", "so at least is taken"),
        ({"target_value": 5}, "maintain", "direction", "so at least is taken"),
        (
            {"target_value": 5, "direction": "maintain", "bound": "at_most"},
            "increase",
            "metric_ids[0]",
            "m has expected_direction increase, but the bound is at most",
        ),
        (
            {"target_value": 5, "bound": "at-most"},
            "decrease",
            "bound",
            "only a target to maintain has a bound",
        ),
    ],
)
def test_what_a_key_result_says_against_itself_or_its_metric_is_warned_of(
    fields: dict[str, Any], metric_direction: str | None, path: str, message: str
) -> None:
    metric = {**METRIC, "definition": {"expected_direction": metric_direction}}
    result = {"kr_id": "k", "name": "K", "metric_ids": ["m"], **fields}
    ((severity, _, found_path, said),) = found(metric, {**OBJECTIVE, "key_results": [result]})
    assert (severity, found_path) == ("warning", f"key_results[0].{path}")
    assert message in said


@pytest.mark.parametrize(
    ("fields", "metric_direction"),
    [
        ({"baseline_value": 10, "target_value": 5, "direction": "decrease"}, "decrease"),
        ({"baseline_value": 2, "target_value": 4}, None),
        ({"baseline_value": 0.1 + 0.2, "target_value": 0.3, "direction": "maintain"}, "decrease"),
        # what is kept may begin beyond its target, on the good side
        ({"baseline_value": 85, "target_value": 80, "direction": "maintain"}, "increase"),
        ({"baseline_value": 4, "target_value": 3, "direction": "maintain"}, None),
        ({"target_value": 3, "direction": "maintain", "bound": "at_most"}, None),
        ({"direction": "maintain"}, None),
    ],
)
def test_a_key_result_whose_words_agree_has_no_warning(
    fields: dict[str, Any], metric_direction: str | None
) -> None:
    metric = {**METRIC, "definition": {"expected_direction": metric_direction}}
    result = {"kr_id": "k", "name": "K", "metric_ids": ["m"], **fields}
    assert found(metric, {**OBJECTIVE, "key_results": [result]}) == []


def test_two_domains_of_one_name_are_warned_of() -> None:
    severity, path, message = only({"domain_id": "a", "name": "Growth"}, {"domain_id": "b", "name": "Growth"})
    assert (severity, path) == ("warning", "name")
    assert "also that of a; refer to these domains by id" in message


def test_an_id_that_is_another_domains_name_is_warned_of_with_what_it_means() -> None:
    severity, path, message = only({"domain_id": "b", "name": "Ops"}, {"domain_id": "ops", "name": "O"})
    assert (severity, path) == ("warning", "domain_id")
    assert "the id 'ops' is also that of b; refer to these domains by id, 'ops' means ops" in message


@pytest.mark.parametrize("said", ["d", "D", "Growth", " growth "])
def test_a_domain_is_meant_by_id_or_name_in_any_case(said: str) -> None:
    metric = {**METRIC, "business_domain": said}
    assert found({"domain_id": "d", "name": "Growth"}, metric) == []


def test_a_document_with_errors_of_its_own_is_not_reported_as_missing_too() -> None:
    loaded = load_documents(
        [{"metric_id": "m", "name": []}, {**OBJECTIVE, "metric_ids": ["m"]}], "catalog.yaml"
    )
    assert [problem.path for problem in validate_loaded(loaded).problems] == ["name"]


def test_formula_problems_join_the_others_with_the_file_of_their_metric() -> None:
    loaded = load_documents([{**METRIC, "definition": {"formula": "METRIC('m') + 1"}}], "catalog.yaml")
    (problem,) = validate_loaded(loaded).errors
    assert (problem.file, problem.document_id, problem.path) == ("catalog.yaml", "m", "definition.formula")


@pytest.mark.slow
def test_many_unknown_names_are_reported_in_bounded_time() -> None:
    metrics = [{"metric_id": f"metric-{index}", "name": "M"} for index in range(1500)]
    objective = {**OBJECTIVE, "metric_ids": [f"metrics-{index}" for index in range(1500)]}
    loaded = load_documents([*metrics, objective], "test")
    problems = [problem for problem in validate(loaded.catalog) if problem.document_id == "o"]
    assert len(problems) == 1500
    assert sum("did you mean" in problem.message for problem in problems) == 50


@pytest.mark.parametrize("text", ["as the law says", "24 moons"])
def test_a_retention_that_is_no_length_of_time_is_legal_and_noted(text: str) -> None:
    severity, path, message = only({**METRIC, "data": {"data_retention": text}})
    assert (severity, path) == ("warning", "data.data_retention")
    assert repr(text) in message
    assert "kept for ever" in message


@pytest.mark.parametrize("text", ["365", "24 months", "P90D", "2y", " "])
def test_a_retention_that_can_be_read_or_is_blank_is_not_noted(text: str) -> None:
    assert found({**METRIC, "data": {"data_retention": text}}) == []
