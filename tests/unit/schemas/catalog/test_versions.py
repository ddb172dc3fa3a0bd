"""Which fields changed, and the version that makes."""

from typing import Any

import pytest

from schemas.catalog.versions import (
    FieldDifference,
    bump_of,
    changed_fields,
    differences,
    first_version,
    next_version,
)
from schemas.documents.kinds import Kind

MEASURES = {"a": {"event": "login"}}


@pytest.mark.parametrize(
    ("old", "new", "fields", "bump"),
    [
        ({"definition": {"unit": "%"}}, {}, ["definition.unit"], "major"),
        ({}, {"definition": {"formula": "COUNT(a)"}}, ["definition.formula"], "major"),
        ({}, {"definition": {"measures": MEASURES}}, ["definition.measures.a.event"], "major"),
        ({}, {"definition": {"numerator": {"filters": [1]}}}, ["definition.numerator.filters"], "major"),
        ({}, {"definition": {"expected_direction": "increase"}}, ["definition.expected_direction"], "major"),
        ({}, {"definition": {"window": {"trailing": 7}}}, ["definition.window.trailing"], "major"),
        ({}, {"definition": {"formula_detail": "prose"}}, ["definition.formula_detail"], "patch"),
        ({}, {"targets_and_alerts": {"target_value": 5}}, ["targets_and_alerts.target_value"], "minor"),
        ({}, {"dimensions": [{"name": "a"}]}, ["dimensions[a]"], "minor"),
        ({"breakdowns": [["a"]]}, {"breakdowns": [["b"]]}, ["breakdowns"], "minor"),
        ({}, {"data": {"time_grain": ["day"]}}, ["data.time_grain"], "minor"),
        ({}, {"data": {"data_freshness": "1 h"}}, ["data.data_freshness"], "patch"),
        ({"name": "A", "tags": ["a"]}, {"name": "B", "tags": ["b"]}, ["name", "tags"], "patch"),
        ({}, {"definition_note": "x"}, ["definition_note"], "patch"),
    ],
)  # fmt: skip
def test_a_metrics_change_is_named_and_weighed(
    old: dict[str, Any], new: dict[str, Any], fields: list[str], bump: str
) -> None:
    assert changed_fields(old, new) == fields
    assert bump_of("metric", fields) == bump


def rules(*rules: tuple[str, str]) -> dict[str, Any]:
    return {"alert_rules": [{"rule_id": name, "condition": condition} for name, condition in rules]}


@pytest.mark.parametrize(
    ("old", "new", "fields"),
    [
        (rules(("a", "1"), ("b", "2")), rules(("a", "1"), ("b", "3")), ["alert_rules[b].condition"]),
        (rules(("a", "1")), rules(("a", "1"), ("b", "2")), ["alert_rules[b]"]),
        (rules(("a", "1"), ("b", "2")), rules(("b", "2")), ["alert_rules[a]"]),
        (rules(("a", "1"), ("b", "2")), rules(("b", "2"), ("a", "1")), ["alert_rules"]),
        (rules(("a", "1"), ("a", "2")), rules(("a", "1")), ["alert_rules"]),
        ({"tags": ["a", "b"]}, {"tags": ["b", "a"]}, ["tags"]),
        ({"color": "red"}, {"color": {"light": "red"}}, ["color"]),
        ({"metadata": {"a": {"b": 1}}}, {"metadata": {"a": {"b": 2}}}, ["metadata.a.b"]),
        ({"weight": 1}, {"weight": 1.0}, []),
        ({}, {"extra": {}}, ["extra"]),
    ],
)
def test_list_items_are_told_by_their_ids(
    old: dict[str, Any], new: dict[str, Any], fields: list[str]
) -> None:
    assert changed_fields(old, new) == fields


@pytest.mark.parametrize(
    ("kind", "field", "bump"),
    [
        ("objective", "key_results[k].direction", "major"),
        ("objective", "key_results[k].target_value", "minor"),
        ("objective", "key_results[k]", "minor"),
        ("objective", "timeframe.end", "minor"),
        ("objective", "key_results[k].current_value", "patch"),
        ("objective", "status", "patch"),
        ("domain", "objectives", "patch"),
        ("source", "dimensions.platform", "minor"),
        ("source", "max_bad_ratio", "minor"),
        ("source", "path", "patch"),
    ],
)
def test_every_kind_weighs_its_own_fields(kind: Kind, field: str, bump: str) -> None:
    assert bump_of(kind, [field]) == bump
    assert bump_of(kind, ["name", field]) == bump


@pytest.mark.parametrize(
    ("content", "version"),
    [
        ({}, "1.0.0"),
        ({"governance": {"version": "2.3.4"}}, "2.3.4"),
        ({"governance": {"version": "2.3"}}, "1.0.0"),
        ({"governance": "2.3.4"}, "1.0.0"),
    ],
)
def test_the_first_version(content: dict[str, Any], version: str) -> None:
    assert first_version(content) == version


@pytest.mark.parametrize(
    ("before", "after", "version"),
    [
        (None, None, "1.3.0"),
        ("1.2.3", "1.2.3", "1.3.0"),
        ("1.0.0", "2.0.0", "2.0.0"),
        ("1.0.0", "1.1.0", "1.3.0"),
        ("1.0.0", "soon", "1.3.0"),
    ],
)
def test_a_greater_version_that_the_author_declares_with_the_change_wins(
    before: str | None, after: str | None, version: str
) -> None:
    old, new = ({"governance": {"version": declared}} for declared in (before, after))
    assert next_version("1.2.3", "minor", old, new) == version


def test_differences_say_what_each_field_was_and_is() -> None:
    old = {"name": "A", "tags": ["x"], "key_results": [{"kr_id": "K", "weight": 1}, {"kr_id": "L"}]}
    new = {"name": "B", "unit": "EUR", "tags": ["x"], "key_results": [{"kr_id": "K", "weight": 2}]}
    assert differences(old, new) == [
        FieldDifference("key_results[K].weight", 1, 2),
        FieldDifference("key_results[L]", {"kr_id": "L"}, None),
        FieldDifference("name", "A", "B"),
        FieldDifference("unit", None, "EUR"),
    ]
