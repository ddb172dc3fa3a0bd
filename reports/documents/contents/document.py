"""The whole of a report, read from one publication."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from reports.documents.contents.metrics import metric_section
from reports.documents.model import Cover, Period, ReportDocument
from reports.models import AsOf, Trust
from reports.scores.scorecards import scorecard
from schemas.catalog.access import read_access
from schemas.documents.documents import Report
from schemas.identity.readers import Reader
from schemas.identity.roles import Role


@dataclass(frozen=True)
class ReportRequest:
    """Which report for which period, made when.

    as_of: from which publication; None is the newest. locale: the installation's, for a report that states none.
    public_url: where the pages are reached, if anywhere.
    """

    report: Report
    period: Period
    as_of: AsOf | None
    made_at: datetime
    locale: str = "en"
    public_url: str | None = None


def audience_of(connection: Connection, report: Report) -> Reader:
    """Those for whom a report is made, as one reader. One statement."""
    stated = report.audience
    return Reader(f"report {report.report_id}", stated.team, Role(stated.role), read_access(connection))


def read_report(connection: Connection, request: ReportRequest) -> ReportDocument:
    """What the report says.

    Raises:
        NothingPublishedError: nothing had been published by then.
    """
    report, reader = request.report, audience_of(connection, request.report)
    card = scorecard(connection, reader, request.as_of)
    section = metric_section(connection, report, request.period, request.as_of, reader)
    return ReportDocument(
        cover=_cover(request, card.trust),
        locale=report.locale or request.locale,
        summary=(),
        sections=[section],
        paper=report.paper,
        metrics=report.scope.metrics,
    )


def _cover(request: ReportRequest, trust: Trust) -> Cover:
    report = request.report
    team = f" of team {report.audience.team}" if report.audience.team else ""
    return Cover(
        report_id=report.report_id,
        name=report.name,
        description=report.description,
        owner_team=report.owner_team,
        period=request.period,
        audience=f"{report.audience.role}s{team}",
        made_at=request.made_at,
        publication_id=trust.publication_id,
        published_at=trust.published_at,
        data_through=trust.data_through,
        timezone=report.timezone or trust.timezone,
        quality=trust.quality,
    )
