"""One look at the reports: what fell due, what may be made now, what is given up, and who is to be told."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, func, select

from core.settings import Settings
from pipelines.reporting.due import zone_of
from pipelines.reporting.readiness import readiness
from pipelines.reporting.runs import (
    BACKFILL,
    GONE,
    MOST_UNDER_WAY,
    ReportRun,
    claim,
    enter_due,
    give_up,
    keep_waiting,
    open_runs,
    under_way,
    wait_again,
    withhold,
)
from pipelines.reporting.telling import tell_of_reports
from reports.errors import NothingPublishedError
from reports.publications import reading
from schemas.catalog.stored import read_catalog
from schemas.documents.documents import Catalog, Report
from schemas.tables import alert_evaluations, publications

_JUDGING_TAKES = timedelta(minutes=2)


@dataclass(frozen=True)
class ReportToMake:
    """A run that is to be made now, and which attempt that is; `start` of its period by the report's clock."""

    run: ReportRun
    attempt: int
    start: datetime


@dataclass(frozen=True)
class ReportLook:
    """What a look found."""

    requests: list[ReportToMake]
    counts: Counter[str]

    @property
    def said(self) -> str:
        """In words."""
        return (
            ", ".join(f"{number} {what}" for what, number in self.counts.items() if number) or "nothing due"
        )


@dataclass(frozen=True)
class _Judged:
    """A run, what it lacks, and whether it can be made of what there is; without a report it never can.

    is_short: what it lacks is there within minutes, so that it is not given up for it.
    """

    run: ReportRun
    report: Report | None
    reason: str | None
    is_ready: bool
    is_short: bool = False


def look(engine: Engine, settings: Settings, now: datetime) -> ReportLook:
    """Bring the books of reports in line with clock, catalog and marts; any number may look at once, at any time.

    Each step is a transaction of its own: a look that is killed leaves to the next what it did not do. Nothing is
    rendered here, and no lock of those who write the marts is taken.

    now: of the wall clock; reports are due by the clock that the numbers stand at, which `MDL_AS_OF` may hold still.
    """
    at = settings.as_of_utc or now
    with engine.begin() as connection:
        catalog = read_catalog(connection)
        wait_again(connection, list(catalog.reports), at)
        entered = enter_due(connection, catalog, settings.zone, at)
    with reading(engine) as connection:
        unjudged = _unjudged(connection, now)
        judged = [_judged(connection, settings, catalog, run, unjudged) for run in open_runs(connection, at)]
    counts: Counter[str] = Counter({"due": entered})
    requests: list[ReportToMake | None] = []
    for one in judged:
        with engine.begin() as connection:
            if one.is_ready and under_way(connection, now) >= MOST_UNDER_WAY:
                counts["in line"] += 1
                continue
            requests.append(_acted(connection, one, settings.zone, at, now, counts))
    with engine.begin() as connection:
        told = tell_of_reports(connection, catalog, settings.zone, at, now)
    counts["to be told"] = len(told.opened)
    return ReportLook([each for each in requests if each is not None], counts)


def _unjudged(connection: Connection, now: datetime) -> str | None:
    """Why to wait a moment more: a report tells of the incidents of its publication, which the rules open after it.

    It is waited for where rules are judged at all, and no longer than judging takes, however many publications follow.
    """
    published = publications.c
    judged = select(func.max(alert_evaluations.c.publication_id)).scalar_subquery()
    later = select(func.max(published.publication_id), func.min(published.created_at)).where(
        published.publication_id > judged
    )
    newest, since = connection.execute(later).one()
    if newest is None or abs(now - since) > _JUDGING_TAKES:
        return None
    return f"the alert rules are not judged on publication {newest} yet"


def _judged(
    connection: Connection, settings: Settings, catalog: Catalog, run: ReportRun, unjudged: str | None
) -> _Judged:
    report = catalog.reports.get(run.report_id)
    if report is None:
        return _Judged(run, None, GONE, is_ready=False)
    if run.asked_by == BACKFILL:
        return _Judged(run, report, None, is_ready=True)  # whoever makes it looks at its day
    if unjudged is not None:
        return _Judged(run, report, unjudged, is_ready=False, is_short=True)
    try:
        found = readiness(connection, catalog, report, run.period(zone_of(report, settings.zone)))
    except NothingPublishedError as error:
        return _Judged(run, report, str(error), is_ready=False)
    return _Judged(run, report, found.reason, is_ready=not found.missing or report.when_data == "always")


def _acted(
    connection: Connection, one: _Judged, zone: ZoneInfo, at: datetime, now: datetime, counts: Counter[str]
) -> ReportToMake | None:
    """Enter what follows for a run; the request to make it, if it is to be made."""
    run, reason = one.run, one.reason or ""
    if one.is_ready and one.report is not None:
        attempt = claim(connection, run, now)
        counts["to be made"] += attempt is not None
        counts["given up"] += attempt is None and give_up(connection, run, now)
        start = run.period(zone_of(one.report, zone)).start
        return None if attempt is None else ReportToMake(run, attempt, start)
    if run.state == "waiting" and (one.report is None or (at > run.wait_until and not one.is_short)):
        counts["withheld"] += withhold(connection, run, reason, now)
    elif run.state == "waiting":
        counts["waiting"] += 1
        if reason != run.reason:
            keep_waiting(connection, run, reason)
    return None
