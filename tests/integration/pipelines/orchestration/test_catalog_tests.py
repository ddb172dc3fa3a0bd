from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from cli.main import cli
from pipelines.catalog_tests import run_tests
from schemas.documents.load import load_content

CATALOG = """
sources:
  - {{source_id: shop, format: csv, path: x.csv, event: order, timestamp: {{column: at}}, fields: {{value: v}},
     dimensions: {{country: c}}}}
metrics:
  - metric_id: REVENUE
    name: Revenue
    short_name: revenue
    definition: {{formula: SUM(order)}}
    dimensions: [{{name: country}}]
  - metric_id: GROWTH
    name: Growth
    definition: {{formula: "METRIC('REVENUE') - LAG(METRIC('REVENUE'), 1)"}}
    data: {{time_grain: [month]}}
    dimensions: [{{name: country}}]
    tests:
      - name: growth from day to day, across the change of clocks
        grain: day
        events: [{events}]
        expect: [{expect}]
"""
# New York, 8 March 2026: the day has 23 hours; 23:30 on the seventh is 04:30 UTC on the eighth
EVENTS = """
  {event: order, occurred_at: "2026-03-07 23:30", value: 10, country: DE},
  {event: order, occurred_at: "2026-03-09T03:30:00Z", value: 25, country: DE},
  {event: order, occurred_at: "2026-03-09 12:00", value: 1, country: FR}
"""


def failures(expect: str, events: str = EVENTS) -> list[str]:
    """What the one test of the catalog says when it expects this."""
    loaded = load_content(CATALOG.format(events=events, expect=expect).encode(), "shop.yaml")
    loaded.raise_errors()
    (outcome,) = run_tests(loaded.catalog, ZoneInfo("America/New_York"))
    assert outcome.metric_id == "GROWTH"
    return list(outcome.failures)


def test_a_test_passes_where_every_expected_value_comes_out() -> None:
    # seventh 10, eighth 25 (03:30 UTC on the ninth is 23:30 on the eighth), ninth 1
    assert (
        failures(
            """
            {period_start: 2026-03-08, value: 15}, {period_start: 2026-03-09, value: -24},
            {period_start: 2026-03-07, value: null},
            {period_start: 2026-03-08, slice: country=DE, value: 15},
            {period_start: 2026-03-09, slice: country=DE, value: null}
            """
        )
        == []
    )


def test_what_came_instead_is_said() -> None:
    assert failures("{period_start: 2026-03-08, value: 16}, {period_start: 2026-03-09, value: null}") == [
        "(total) from 2026-03-08 00:00: expected 16.0, got 15.0",
        "(total) from 2026-03-09 00:00: expected None, got -24.0",
    ]


def test_a_slice_or_period_that_does_not_exist_is_said() -> None:
    assert failures(
        "{period_start: 2026-03-08, slice: country=XX, value: 1}, {period_start: 2026-03-01, value: 1}"
    ) == [
        "country=XX from 2026-03-08 00:00: expected 1.0, there is no such slice or period",
        "(total) from 2026-03-01 00:00: expected 1.0, there is no such slice or period",
    ]


def test_without_events_there_is_nothing_to_expect() -> None:
    assert failures("{period_start: 2026-03-08, value: null}", events="") == []


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ('{event: ordr, occurred_at: "2026-03-08"}', "did you mean 'order'"),
        ('{event: order, occurred_at: "2026-03-08", amount: 3}', "no field or dimension 'amount'"),
        ('{event: order, occurred_at: "2026-03-08", value: much}', "field 'value' must be a number"),
        ("{event: order, value: 3}", "occurred_at must be a timestamp"),
    ],
)
def test_an_event_that_no_source_could_deliver_is_refused(event: str, message: str) -> None:
    (failure,) = failures("{period_start: 2026-03-08, value: 1}", events=event)
    assert failure.startswith("event 1: ")
    assert message in failure


def test_a_metric_without_a_computable_formula_cannot_pass() -> None:
    text = CATALOG.format(events=EVENTS, expect="{period_start: 2026-03-08, value: 1}")
    loaded = load_content(text.replace("METRIC('REVENUE') - LAG", "as agreed with LAG").encode(), "shop.yaml")
    (outcome,) = run_tests(loaded.catalog, ZoneInfo("UTC"))
    assert outcome.failures[0].startswith("the metric is not computed: ")


def test_the_command_counts_and_its_exit_code_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDL_TIMEZONE", "America/New_York")
    file = tmp_path / "shop.yaml"
    file.write_text(CATALOG.format(events=EVENTS, expect="{period_start: 2026-03-08, value: 15}"))
    passed = CliRunner().invoke(cli, ["catalog", "test", str(file)])
    assert (passed.exit_code, passed.stdout) == (0, "1 passed, 0 failed\n")

    file.write_text(CATALOG.format(events=EVENTS, expect="{period_start: 2026-03-08, value: 16}"))
    failed = CliRunner().invoke(cli, ["catalog", "test", str(file)])
    assert failed.exit_code == 1
    assert failed.stdout.splitlines() == [
        "GROWTH: growth from day to day, across the change of clocks",
        "  (total) from 2026-03-08 00:00: expected 16.0, got 15.0",
        "0 passed, 1 failed",
    ]
    unknown = CliRunner().invoke(cli, ["catalog", "test", str(file), "--metric", "NO-SUCH"])
    assert unknown.exit_code == 2
