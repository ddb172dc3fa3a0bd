"""Tells the owner of a report that did not go out: an incident for each, until it does or the next one does."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from pipelines.alerting.watching.findings import Finding
from pipelines.alerting.watching.operations import Observed, observe
from pipelines.reporting.due import name_of, zone_of
from pipelines.reporting.runs import FIELDS, GONE, KEPT_OPEN, ReportRun
from schemas.documents.documents import Catalog
from schemas.tables import report_runs

WITHHELD, FAILED = "report_withheld", "report_failed"


def tell_of_reports(
    connection: Connection, catalog: Catalog, default_zone: ZoneInfo, at: datetime, now: datetime
) -> Observed:
    """Open and end the incidents of reports that were due by `at`; what somebody asked for, they see themselves.

    at: of the clock by which reports are due. now: of the wall clock.
    """
    later, columns = report_runs.alias("later"), report_runs.c
    is_followed = (
        select(later.c.run_id)
        .where(later.c.report_id == columns.report_id, later.c.period_start > columns.period_start)
        .where(later.c.state.in_(["made", "sent"]))
        .exists()
    )
    statement = (
        select(*FIELDS)
        .where(columns.state.in_(["withheld", "failed"]), columns.asked_by.is_(None), ~is_followed)
        .where(columns.reason.is_distinct_from(GONE))
        .where(columns.due_at > at - KEPT_OPEN, columns.due_at <= at)
        .where(columns.report_id.in_(list(catalog.reports)))
        .order_by(columns.run_id)
    )
    found = {}
    for row in connection.execute(statement):
        run = ReportRun(**row._asdict())
        report = catalog.reports[run.report_id]
        day = name_of(run.period(zone_of(report, default_zone)))
        # pages and API read the report's id before the last slash
        subject_id = f"{run.report_id}/{run.grain}-{run.period_label}"
        rule_id, was = (WITHHELD, "was withheld") if run.state == "withheld" else (FAILED, "failed")
        evidence = {
            "run_id": run.run_id,
            "due_at": run.due_at.isoformat(),
            "owner_team": report.owner_team,
            "reason": run.reason,
        }
        title = f"{report.name} of the {run.grain} from {day} {was}: {run.reason}"
        found[subject_id] = Finding(rule_id, title, "warning", evidence)
    return observe(connection, "report", found, now, rule_ids=[WITHHELD, FAILED])
