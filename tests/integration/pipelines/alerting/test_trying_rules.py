"""Trying a rule on history gives what day after day of evaluations gave; scores are those of pandas."""

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner
from sqlalchemy import make_url

from cli.alerts import alerts
from pipelines.alerting.judging.replay import replay
from schemas.alerting.rules import rules_of
from schemas.documents.documents import Catalog
from tests.build_marts import daily, row, utc
from tests.integration.pipelines.alerting.world import FIRST, World, rule, ruled

NewWorld = Callable[..., World]
NEW_YORK = ZoneInfo("America/New_York")


def test_a_trial_finds_the_incidents_that_evaluations_day_by_day_found(new_world: NewWorld) -> None:
    patient = rule(for_periods=2, recover_periods=2, critical_condition="value > 50")
    world = new_world(ruled(rule(rule_id="quick"), patient))
    chance = random.Random(7)
    values = chance.choices([4, 12, 60, None], [5, 5, 1, 2], k=28)
    for day in range(1, len(values) + 1):
        world.day(values[:day])

    sql = (
        "select rule_id, first_period_start, last_period_start, severity, fired_at is not null "
        "from ops.incidents order by rule_id, first_period_start"
    )
    expected = [tuple(each) for each in world.query(sql).itertuples(index=False)]
    assert len(expected) > 5
    with world.engine.connect() as connection:
        found = [
            (each.rule_id, each.first, each.last, each.severity, each.fired is not None)
            for one in rules_of(world.catalog).rules
            for history in replay(connection, one, world.metrics[0], ZoneInfo("UTC"), None, None)
            for each in history.incidents
        ]
    assert sorted(found) == expected


def test_hourly_scores_over_the_clock_change_are_those_of_pandas(new_world: NewWorld) -> None:
    metric = ruled(rule("z_score IS NOT NULL", evaluation_window="hourly"), data={"time_grain": ["hour"]})
    world = new_world(metric)
    # 100 days up to the Tuesday after the clock went back, New York 2013-11-03
    starts = pd.date_range("2013-07-29", "2013-11-05 14:00", freq="h", tz=NEW_YORK, inclusive="left")
    chance = np.random.default_rng(3)
    series = pd.Series(chance.normal(100, 5, len(starts)).round(2), starts)
    rows = [
        row(at, float(value), grain="hour", period_end=at + timedelta(hours=1))
        for at, value in zip(starts.tz_convert("UTC").to_pydatetime(), series, strict=True)
    ]
    world.day(rows, zone=NEW_YORK)

    newest = starts[-1]
    assert f"{newest:%a %H:%M}" == "Tue 13:00"
    same = series[(series.index.day_of_week == 1) & (series.index.hour == 13)][:-1].iloc[-12:]
    middle = same.median()
    z = (series.iloc[-1] - middle) / (1.4826 * (same - middle).abs().median())
    evidence = world.evidence()
    assert evidence["period_start"] == "2013-11-05T13:00:00-05:00"
    assert evidence["expected_value"] == pytest.approx(middle)
    assert evidence["z_score"] == pytest.approx(z)


@pytest.fixture
def tried(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., str]:
    """Runs `mdl alerts test …` on a shop whose orders leap on 5 March, in France."""
    sliced = ruled(rule("value > 50"), dimensions=[{"name": "country"}])
    world = new_world(sliced)
    rows = [
        *daily(FIRST, [10, 11, 10, 12, 99, 98, 10]),
        *daily(FIRST, [5, 5, 5, 5, 5, 5, 5], slice="country=DE"),
        *daily(FIRST, [5, 6, 5, 7, 94, 93, 5], slice="country=FR"),
    ]
    world.publish(rows)
    document = Catalog(metrics={"METRIC-A": sliced}).model_dump(mode="json", exclude_defaults=True)
    (tmp_path / "catalog.yaml").write_text(yaml.safe_dump({"metrics": list(document["metrics"].values())}))
    url = make_url(world.engine.url).render_as_string(hide_password=False)
    for name, value in {"CATALOG": str(tmp_path / "catalog.yaml"), "DATABASE_URL": url}.items():
        monkeypatch.setenv(f"MDL_{name}", value)
    monkeypatch.setenv("MDL_AS_OF", utc("2026-03-08").isoformat())

    def run(*arguments: str, exit_code: int = 0) -> str:
        result = CliRunner().invoke(alerts, ["test", *arguments])
        assert result.exit_code == exit_code, result.output
        return result.output

    return run


def test_the_command_prints_what_the_rules_would_have_made(tried: Callable[..., str]) -> None:
    (found,) = json.loads(tried("METRIC-A", "--format", "json"))
    assert found == {
        "rule": "high",
        "slice": "(total)",
        "first": "2026-03-05",
        "last": "2026-03-06",
        "periods": 2,
        "fired": "2026-03-05",
        "severity": "warning",
        "gravest": "2026-03-05",
        "value": 99,
        "expected": None,
        "z_score": None,
        "ended": True,
    }
    assert "high: 1 would have fired, 0 pending only, in 7 periods of 1 slices" in tried("METRIC-A", "high")
    assert tried("METRIC-A", "--to", str(date(2026, 3, 4)), "--format", "json").strip() == "[]"


def test_a_rule_is_tried_before_it_stands_anywhere(tried: Callable[..., str]) -> None:
    options = ("--slices", "total", "--slices", "country", "--for-periods", "2", "--format", "json")
    found = json.loads(tried("METRIC-A", "--condition", "value > 20", *options))
    assert [(one["rule"], one["slice"], one["fired"]) for one in found] == [
        ("ad-hoc", "(total)", "2026-03-06"),
        ("ad-hoc", "country=FR", "2026-03-06"),
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["METRIC-Z"], "the catalog has no metric 'METRIC-Z'"),
        (["METRIC-A", "low"], "METRIC-A has no rule low; its rules: high"),
        (["METRIC-A", "--min-effect", "3"], "go with --condition"),
        (["METRIC-A", "--condition", "price > 3"], "a condition cannot read"),
        (["METRIC-A", "--condition", "value > 3", "--slices", "shop"], "the metric is not sliced by 'shop'"),
    ],
)
def test_what_cannot_be_tried_is_said(tried: Callable[..., str], arguments: list[str], message: str) -> None:
    assert message in tried(*arguments, exit_code=2)
