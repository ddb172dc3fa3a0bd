import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from cli.main import cli
from core.errors import PermanentError
from schemas.catalog.store import apply
from schemas.documents.documents import Catalog, DataFacts, Domain, Objective
from tests.build_marts import daily, metric, publish_rows, row, utc


@pytest.fixture
def _environment(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDL_DATABASE_URL", database_url)
    monkeypatch.setenv("MDL_HOME", str(tmp_path / "home"))


@pytest.fixture
def published(database: Engine, tmp_path: Path, _environment: None) -> None:
    late = metric(
        name="Late flights",
        definition={"unit": "%"},
        dimensions=[{"name": "carrier"}],
        business_domain="Operations",
    )
    punctual = Objective.model_validate(
        {
            "objective_id": "OBJ-1",
            "name": "Land on time",
            "business_domain": "Operations",
            "timeframe": {"start": "2013-09-01", "end": "2013-09-30"},
            "key_results": [
                {"kr_id": "KR-1", "name": "Few late", "metric_ids": ["METRIC-A"], "target_value": 9}
            ],
        }
    )
    rows = [
        *daily("2013-09-01", [1, 2, 5]),
        *daily("2013-09-04", [4], is_complete=False),
        *daily("2013-09-01", [7], slice="carrier=UA"),
    ]
    publish_rows(
        database,
        tmp_path,
        rows,
        metrics=[late],
        objectives=[punctual],
        domains=[Domain(domain_id="DOMAIN-OPS", name="Operations")],
        as_of=utc("2013-09-04 12:00"),
        published_at=utc("2013-09-04 12:00"),
    )


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.usefixtures("published")
def test_values_print_as_a_table_with_what_they_rest_on() -> None:
    text = run("values", "METRIC-A")
    assert "Late flights, by day, in %" in text
    assert "2013-09-04 …" in text
    assert "▁▃█▆" in text
    assert "as of 2013-09-04 12:00" in text
    assert "newest period still running" in text


@pytest.mark.usefixtures("published")
def test_values_print_as_json_with_their_meta() -> None:
    answer = json.loads(
        run("values", "METRIC-A", "--from", "2013-09-02", "--to", "2013-09-03", "--format", "json")
    )
    assert [row["value"] for row in answer["data"]] == [2, 5]
    assert answer["data"][0]["period_start"] == "2013-09-02T00:00:00+00:00"
    assert answer["meta"]["timezone"] == "UTC"


@pytest.mark.usefixtures("published")
def test_values_print_as_csv_by_dimension() -> None:
    text = run("values", "METRIC-A", "--by", "carrier", "--complete", "--format", "csv")
    header, *rows = text.splitlines()
    assert header.startswith("metric_id,grain,slice,period_start,period_end,is_complete,value")
    period = "2013-09-01T00:00:00+00:00,2013-09-02T00:00:00+00:00"
    assert rows == [f"METRIC-A,day,carrier=UA,{period},true,7.0,,,10,false,ok,,,"]


@pytest.mark.usefixtures("published")
def test_the_scorecard_prints_in_every_format() -> None:
    assert "Land on time" in run("scorecard")
    card = json.loads(run("scorecard", "--format", "json"))
    assert card["data"]["domains"][0]["objectives"][0]["key_results"][0]["current_value"] == 5
    header, first = run("scorecard", "--format", "csv", "--as-of", "2013-09-30").splitlines()
    assert dict(zip(header.split(","), first.split(","), strict=True))["progress"] == "0.5"


@pytest.mark.usefixtures("published")
def test_a_policy_is_of_the_stored_catalog(database: Engine) -> None:
    catalog = Catalog(metrics={each: metric(each) for each in ("METRIC-A", "METRIC-B")})
    apply(database, catalog, changed_by="ann", origin_of=lambda _kind, _id: "file:a", now=utc("2013-09-04"))
    assert '"METRIC-B"' in run("policy")
    assert '"METRIC-B"' not in run("policy", "METRIC-A")
    with pytest.raises(PermanentError, match="did you mean METRIC-B, METRIC-A"):
        run("policy", "METRIC")


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["values", "METRIC-B"], "did you mean METRIC-A"),
        (["values", "METRIC-A", "--grain", "month"], "offered are day"),
        (["values", "METRIC-A", "--as-of", "2013-09-03"], "first publication is of 2013-09-04 12:00"),
    ],
)
def test_what_cannot_be_answered_is_explained(arguments: list[str], message: str) -> None:
    with pytest.raises(PermanentError, match=message):
        run(*arguments)


def test_the_reports_import_none_of_the_heavy_libraries() -> None:
    heavy = "{'duckdb', 'dagster', 'deltalake', 'pandas', 'pyarrow', 'great_expectations', 'numpy'}"
    code = f"import sys, cli.policy, cli.scorecard, cli.values; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("width", [80, 100, 160])
def test_no_date_or_number_is_broken_in_a_narrow_terminal(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = run("values", "METRIC-A").splitlines()
    assert max(map(len, lines)) <= width
    assert [line for line in lines if "2013-09-0" in line and "│" in line and line.count("-") < 2] == []
    assert any("as of 2013-09-04 12:00" in line for line in lines)
    assert ("in a wider terminal: numerator, denominator, previous_value" in "\n".join(lines)) == (
        width < 100
    )
    scorecard = run("scorecard")
    assert max(map(len, scorecard.splitlines())) <= width
    assert "as of 2013-09-04 12:00" in scorecard


@pytest.mark.usefixtures("published")
def test_a_period_that_still_runs_is_running_whatever_its_status() -> None:
    running = next(line for line in run("values", "METRIC-A").splitlines() if "2013-09-04 …" in line)
    assert "running" in running


@pytest.fixture
def resting(database: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDL_DATABASE_URL", database_url)
    monkeypatch.setenv("MDL_HOME", str(tmp_path / "home"))
    rows = daily("2013-09-01", [1, 2, None, None])
    publish_rows(database, tmp_path, rows, metrics=[metric()], as_of=utc("2013-09-05"))


@pytest.mark.usefixtures("resting")
def test_values_end_at_the_newest_that_is_known_unless_a_range_is_asked_for() -> None:
    newest = run("values", "METRIC-A", "--limit", "1", "--format", "csv").splitlines()[1]
    assert "2013-09-02" in newest
    assert len(run("values", "METRIC-A", "--format", "csv").splitlines()) == 3
    assert len(run("values", "METRIC-A", "--from", "2013-09-01", "--format", "csv").splitlines()) == 5


@pytest.mark.usefixtures("_environment")
def test_the_hour_that_comes_twice_is_told_apart_and_in_order(database: Engine, tmp_path: Path) -> None:
    hours = [utc("2022-11-06 05:00") + timedelta(hours=number) for number in range(4)]
    rows = [
        row(hour, float(number), grain="hour", period_end=hour + timedelta(hours=1))
        for number, hour in enumerate(hours)
    ]
    hourly = metric("METRIC-A", data=DataFacts(time_grain=["hour"]))
    publish_rows(database, tmp_path, rows, metrics=[hourly], zone=ZoneInfo("America/Chicago"))
    lines = run("values", "METRIC-A", "--grain", "hour", "--format", "csv").splitlines()[1:]
    assert [line.split(",")[3] for line in lines] == [
        "2022-11-06T00:00:00-05:00",
        "2022-11-06T01:00:00-05:00",
        "2022-11-06T01:00:00-06:00",
        "2022-11-06T02:00:00-06:00",
    ]
    table = run("values", "METRIC-A", "--grain", "hour", "--limit", "3")
    assert table.index("2022-11-06 01:00 -05:00") < table.index("2022-11-06 01:00 -06:00")
    assert "2022-11-06 02:00 -" not in table
    assert re.search("▁.█", table)


@pytest.mark.usefixtures("_environment")
def test_a_change_beyond_doubles_is_none_and_large_numbers_are_short(
    database: Engine, tmp_path: Path
) -> None:
    publish_rows(database, tmp_path, daily("2013-09-01", [5e307, 1.5]), metrics=[metric("METRIC-A")])
    text = run("values", "METRIC-A", "--grain", "day", "--format", "json")
    found = json.loads(text, parse_constant=pytest.fail)
    assert [each["change_pct"] for each in found["data"]] == [None, None]
    assert "5e+307" in run("values", "METRIC-A", "--grain", "day")


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(("suffix", "begins"), [("svg", "<svg"), ("json", "{"), ("png", "\x89PNG")])
def test_values_are_drawn_into_a_file_and_told_in_words(suffix: str, begins: str, tmp_path: Path) -> None:
    file = tmp_path / f"late.{suffix}"
    text = run("values", "METRIC-A", "--from", "2013-09-01", "--chart", str(file))
    assert text.startswith(
        f"{file}: Line of Late flights by day, 1 Sep 2013 to 4 Sep 2013. Newest 5% (3 Sep 2013)"
    )
    assert "4 Sep 2013 is still running, so far 4%." in text
    assert file.read_bytes().decode("latin-1").startswith(begins)


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--chart", "late.pdf"],
            r"late\.pdf cannot hold a chart: its name must end in one of \.svg, \.png, \.json",
        ),
        (["--chart", "nowhere/late.svg"], r"nowhere/late\.svg cannot be written: No such file or directory"),
        (["--chart", "late.svg", "--limit", "3"], "--chart goes with neither --limit nor --complete"),
        (["--chart", "late.svg", "--running"], "--chart goes with neither --limit nor --complete"),
        (["--chart", "late.svg", "--by", "carrier,origin"], "or the slices --by one dimension"),
        (["--chart", "late.svg", "--by", "origin"], "is not published by origin"),
    ],
)
def test_what_cannot_be_drawn_is_explained(arguments: list[str], message: str) -> None:
    done = CliRunner().invoke(cli, ["values", "METRIC-A", *arguments])
    assert done.exit_code != 0
    assert re.search(message, done.output if done.output.strip() else str(done.exception))
