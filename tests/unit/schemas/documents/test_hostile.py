"""Files that are broken or mean harm: one clear error, in bounded time, and the rest of the catalog read."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.documents.documents import Metric
from schemas.documents.load import load_content, load_documents

from .strategies import plain

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)
TEXT_BOMB = f"a: &a {'x' * 1_000_000}\nb: [{', '.join(['*a'] * 100_000)}]\n"


@pytest.mark.parametrize("innermost", ["", "1"])
@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_forty_levels_are_read_and_no_more(suffix: str, innermost: str) -> None:
    def nested(levels: int) -> str:
        return '{"a": ' + "[" * (levels - 1) + innermost + "]" * (levels - 1) + "}"

    def is_too_deep(levels: int) -> bool:
        problems = load_content(nested(levels).encode(), f"some.{suffix}").problems
        return any("nested deeper than 40 levels" in problem.message for problem in problems)

    assert [is_too_deep(levels) for levels in (39, 40, 41)] == [False, False, True]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "make", "message"),
    [
        ("bomb.yaml", lambda: BOMB, "more than 1,000,000 values"),
        ("text.yaml", lambda: TEXT_BOMB, "more than 1,000,000 values"),
        ("loop.yaml", lambda: "a: &a [*a]", "has no finished anchor before it"),
        ("big.yaml", lambda: "a: " + "x" * 10_000_000, "at most 8,000,000 are read"),
        ("deep.yaml", lambda: "[" * 1_000_000, "nested deeper than 40 levels"),
        ("block.yaml", lambda: "- " * 100_000, "nested deeper than 40 levels"),
        ("deep.json", lambda: "[" * 1_000_000, "nested deeper than 40 levels"),
        ("closed.json", lambda: "[" * 60 + "]" * 60, "nested deeper than 40 levels"),
        ("wide.yaml", lambda: "[" + "a," * 2_000_000 + "]", "more than 1,000,000 values"),
        ("latin.yaml", lambda: "name: caf\xe9".encode("latin-1"), "not UTF-8 text: byte 9"),
        ("utf16.json", lambda: "{}".encode("utf-16"), "not UTF-8 text"),
        ("tag.yaml", lambda: "!!python/object/apply:os.system ['true']", "the tag tag:yaml.org,2002:python"),
        ("binary.yaml", lambda: "a: !!binary aGk=", "the tag tag:yaml.org,2002:binary"),
        ("broken.yaml", lambda: "a: [1, 2", "not YAML: "),
        ("control.yaml", lambda: "a: \x01", "not YAML: "),
        ("nul.yaml", lambda: 'a: "\\0"', "holds a NUL"),
        ("half.json", lambda: '{"a": "\\ud800"}', "half a surrogate pair"),
        ("key.yaml", lambda: "[a]: b", "a key in line 1 is a list or mapping"),
        ("merge.yaml", lambda: "<<: 7", "merges something that is not a mapping"),
        ("broken.json", lambda: '{"a": 1,}', "not JSON: "),
        ("nan.json", lambda: '{"a": NaN}', "NaN is no JSON number"),
        ("huge.json", lambda: '{"a": 1e999}', "the number 1e999 is too large"),
        ("digits.json", lambda: '{"a": ' + "9" * 5000 + "}", "a number of 5000 characters"),
        ("digits.yaml", lambda: "a: " + "9" * 5000, "a number of 5000 characters"),
        ("empty.json", lambda: "", "not JSON: "),
    ],
)
def test_an_unreadable_file_is_one_clear_error(
    name: str, make: Callable[[], str | bytes], message: str
) -> None:
    made = make()
    started = time.monotonic()
    (problem,) = load_content(made if isinstance(made, bytes) else made.encode(), name).problems
    assert message in problem.message
    assert (problem.severity, problem.file) == ("error", name)
    assert len(problem.message) < 300
    # no measurement: only that nothing grows without bound
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("name", ["twice.yaml", "twice.json"])
def test_a_key_that_stands_twice_is_an_error_at_its_place(name: str) -> None:
    text = (
        '{"metrics": [{"metric_id": "m", "name": "A", "data": {"time_grain": "day", "time_grain": "week"}}]}'
    )
    (problem,) = load_content(text.encode(), name).errors
    assert problem.path == "metrics[0].data.time_grain"
    assert "'time_grain' stands twice in one mapping" in problem.message


def test_what_yaml_versions_read_differently_is_warned_of_and_read_as_text() -> None:
    text = """\
metric_id: m
name: no
description: 2024-01-01
tags: [on, 012, yes]
governance: {pii_involved: no, version: 1.10}
targets_and_alerts: {target_value: 1e3}
"""
    loaded = load_content(text.encode(), "m.yaml")
    metric = loaded.catalog.metrics["m"]
    assert (metric.name, metric.description, metric.tags) == ("no", "2024-01-01", ["on", "012", "yes"])
    assert (metric.governance.pii_involved, metric.governance.version) == (False, "1.10")
    assert metric.targets_and_alerts.target_value == 1000
    assert [problem.path for problem in loaded.problems] == [
        "name", "tags[0]", "tags[1]", "tags[2]", "governance.pii_involved",
    ]  # fmt: skip


def test_anchors_and_merges_within_reason_are_read() -> None:
    text = """\
metrics:
- {metric_id: a, name: A, governance: &ours {owner_team: data, status: active}}
- {metric_id: b, name: B, governance: {<<: *ours, status: draft}}
- {metric_id: c, name: C, governance: *ours}
"""
    metrics = load_content(text.encode(), "m.yaml").catalog.metrics
    assert [(m.governance.owner_team, m.governance.status) for m in metrics.values()] == [
        ("data", "active"),
        ("data", "draft"),
        ("data", "active"),
    ]


def test_several_documents_of_one_stream_are_all_read() -> None:
    text = "metric_id: a\nname: A\n---\nmetric_id: b\nname: B\n---\n"
    assert list(load_content(text.encode(), "m.yaml").catalog.metrics) == ["a", "b"]


def test_one_broken_file_does_not_hide_the_others_problems(tmp_path: object) -> None:
    many = {"metrics": [{"metric_id": f"m{index}", "name": []} for index in range(2000)]}
    problems = load_documents(many, "many").problems
    assert len(problems) == 501
    assert problems[-1].message == "more than 500 errors; the rest is not listed"


def test_a_thousand_unknown_fields_are_summed_up() -> None:
    document = {"metric_id": "m", "name": "M", **{f"unknown_{index}": index for index in range(1000)}}
    loaded = load_documents(document, "api")
    assert loaded.problems[-1].message == "980 more unknown fields are kept as they are"
    assert len(loaded.catalog.metrics["m"].extra) == 1000


@given(
    st.dictionaries(
        st.sampled_from(list(Metric.model_fields)),
        plain,
    )
)
def test_wrong_types_anywhere_are_errors_and_never_exceptions(fields: dict[str, object]) -> None:
    loaded = load_documents({"metrics": [{"metric_id": "m", "name": "M", **fields}]}, "api")
    assert loaded.errors or loaded.catalog.metrics


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "ignore")))
def test_any_bytes_are_read_or_refused_but_never_raise(content: bytes) -> None:
    load_content(content, "any.yaml")
    load_content(content, "any.json")
