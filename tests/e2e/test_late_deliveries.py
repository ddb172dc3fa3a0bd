"""A late file costs its own periods: what was computed again is shown by what was read and what changed."""

from tests.e2e.conftest import Workspace

CATALOG = """
sources:
  - source_id: visits
    format: csv
    path: "*.csv"
    event: visit
    timestamp: {column: at}
metrics:
  - metric_id: visits
    name: Visits
    definition: {formula: COUNT(visit)}
    data: {time_grain: [day, month]}
"""


def test_a_late_file_changes_its_day_and_month_and_reads_no_other(workspace: Workspace) -> None:
    """January to March hold one visit a day; one more, of 10 January, arrives after they were published."""
    workspace.environment = {"MDL_AS_OF": "2026-04-01T00:00:00Z"}
    workspace.write("catalog/visits.yaml", CATALOG)
    days = [
        f"2026-{month:02d}-{day:02d}"
        for month, length in ((1, 31), (2, 28), (3, 31))
        for day in range(1, length + 1)
    ]
    first = workspace.write("landing/first.csv", "at\n" + "".join(f"{day}T12:00:00Z\n" for day in days))
    workspace.mdl("run")

    first.touch()  # the same bytes once more
    workspace.mdl("run")
    assert workspace.query("select publication_id from ops.publications").shape[0] == 1

    workspace.write("landing/late.csv", "at\n2026-01-10T08:00:00Z\n")
    workspace.mdl("run")

    scopes = workspace.query("select scope from ops.publications order by publication_id").scope
    assert [(scope["events_scanned"], scope["files_read"]) for scope in scopes] == [(90, 90), (32, 32)]
    changed = workspace.query(
        "select grain, period_start::date::text as period, value from marts.metric_values where publication_id = "
        "(select max(publication_id) from ops.publications) order by grain, period"
    )
    # the periods that follow are compared with those that changed, so their change in percent is new too
    assert changed.values.tolist() == [
        ["day", "2026-01-10", 2],
        ["day", "2026-01-11", 1],
        ["month", "2026-01-01", 32],
        ["month", "2026-02-01", 28],
    ]
