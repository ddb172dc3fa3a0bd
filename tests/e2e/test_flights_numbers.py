"""The real pipeline over 336,776 real flights gives pandas' numbers, row for row."""

import shlex
from collections.abc import Callable
from pathlib import Path

from examples.flights.prepare import prepare
from tests.e2e.conftest import Workspace
from tests.e2e.flights import sample_settings
from tests.oracle.compare import PUBLISHED, differences, explain
from tests.oracle.flights import flights_book

ROOT = Path(__file__).parents[2]
FLIGHTS, OBSERVATIONS = 336_776, 26_115


def test_every_flights_metric_equals_pandas_at_every_grain_slice_and_period(
    new_workspace: Callable[[str], Workspace],
) -> None:
    workspace = new_workspace("flights")
    workspace.environment = sample_settings()
    prepare(workspace.root / "landing")

    workspace.mdl("run")

    files = workspace.query("select * from ops.ingested_files").set_index("source_id")
    assert files.status.to_dict() == {"flights": "accepted", "weather": "accepted"}
    assert files.accepted_count.to_dict() == {"flights": FLIGHTS, "weather": OBSERVATIONS - 1}
    reasons = workspace.query("select source_id, reasons from ops.quarantined_rows")
    assert reasons.source_id.tolist() == ["weather"], "only the wind of 1,048 mph is refused"

    expected = flights_book().values()
    found = differences(workspace.query(PUBLISHED), expected)
    assert found.empty, explain(found)
    assert set(expected.metric_id) | {"PAX-SATISFACTION"} == set(
        workspace.query("select metric_id from marts.published_metrics").metric_id
    )

    for page in ("docs/alerts.md", "README.md"):
        command, printed = _documented_trial(page)
        assert _lines(workspace.mdl(*shlex.split(command)[1:])) == _lines(printed)


def _documented_trial(page: str) -> tuple[str, str]:
    """The command of a page that finds the blizzard, and what the page says it prints."""
    shown = (ROOT / page).read_text().split("$ mdl alerts test")[1].split("```")[0]
    command, _, printed = f"mdl alerts test{shown}".partition("\n")
    assert "2013-02-08 │ 2013-02-09" in printed
    return command, printed


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]
