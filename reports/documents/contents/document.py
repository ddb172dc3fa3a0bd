"""The whole of a report, read from one publication."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from reports.documents.addresses import report_address
from reports.documents.contents.basis import Basis
from reports.documents.contents.catalog_then import catalog_then
from reports.documents.contents.data_quality import quality_section, sources_of
from reports.documents.contents.definitions import changes_section, definition_changes, glossary_section
from reports.documents.contents.domains import domain_section
from reports.documents.contents.incidents import incident_section, marks_of, period_incidents
from reports.documents.contents.metrics import metric_section
from reports.documents.contents.objectives import objective_section, objectives_in, paces
from reports.documents.contents.readings import readings
from reports.documents.contents.scope import scope_of
from reports.documents.contents.summary import summary_of
from reports.documents.contents.trust import doubts_of, trust_in
from reports.documents.model import Cover, Period, ReportDocument
from reports.models import AsOf, Trust
from reports.publications import standing_publication
from reports.scores.models import Scorecard
from reports.scores.scorecards import insist_on_scores_of, scorecard
from schemas.catalog.access import read_access
from schemas.documents.documents import Report
from schemas.identity.readers import Reader
from schemas.identity.roles import Role


@dataclass(frozen=True)
class ReportRequest:
    """Which report for which period, made when.

    as_of: from which publication; None is the newest. locale: the installation's, for a report that states none.
    public_url: where the pages are reached, if anywhere. run_id: the run that it is made for, whose page it leads to.
    """

    report: Report
    period: Period
    as_of: AsOf | None
    made_at: datetime
    locale: str = "en"
    public_url: str | None = None
    run_id: int | None = None


def audience_of(connection: Connection, report: Report) -> Reader:
    """Those for whom a report is made, as one reader. One statement."""
    stated = report.audience
    return Reader(f"report {report.report_id}", stated.team, Role(stated.role), read_access(connection))


def read_report(connection: Connection, request: ReportRequest) -> ReportDocument:
    """What the report says.

    It is about exactly `request.period` and the publication `as_of`: whatever was published, judged or edited later
    changes nothing of it but the doubts of the cover, see `doubts_of`. Some 30 statements, and up to five for
    each key result that is drawn, however many metrics there are.

    Instants are in the report's zone. Periods of values are those of the publication's reporting zone.

    Raises:
        NothingPublishedError: nothing had been published by then.
        UnknownPublicationError: there is none of that number.
        ReplacedScoresError: the report shows scores, and a later publication of the same day replaced them.
    """
    basis = basis_of(connection, request)
    card = _scores(basis)
    found, sources = readings(basis), sources_of(basis)
    happened = period_incidents(basis, sources)
    marks = {each: marks_of(happened, each) for each in found}
    trust = trust_in(basis, sources)
    results = paces(basis, card) if card else []
    sections = [
        domain_section(basis, card) if card else None,
        objective_section(basis, card) if card else None,
        metric_section(basis, found, marks),
        incident_section(basis, happened),
        quality_section(basis, sources),
        changes_section(basis, definition_changes(basis)),
        glossary_section(basis, found),
    ]
    return ReportDocument(
        cover=_cover(basis, request, trust),
        locale=request.report.locale or request.locale,
        summary=summary_of(basis, found, results, happened, trust),
        sections=[section for section in sections if section is not None],
        paper=request.report.paper,
        metrics=_shown(basis, card),
        hidden=_hidden(basis, card),
    )


def basis_of(connection: Connection, request: ReportRequest) -> Basis:
    """What the sections of a report stand on. Four statements."""
    publication = standing_publication(connection, request.as_of)
    then = catalog_then(connection, publication.created_at)
    return Basis(
        connection=connection,
        report=request.report,
        period=request.period,
        publication=publication,
        reader=audience_of(connection, request.report),
        then=then,
        scope=scope_of(request.report.scope, then.catalog),
    )


def _scores(basis: Basis) -> Scorecard | None:
    """The scorecard of the publication's day, where the scope has something to show of it."""
    if not (basis.scope.domains or basis.scope.objectives):
        return None
    insist_on_scores_of(basis.connection, basis.publication)
    return scorecard(basis.connection, basis.reader, basis.publication.publication_id)


def _behind_key_results(basis: Basis, card: Scorecard | None) -> Iterator[tuple[str, bool]]:
    """Metrics that key results of the report are made of, each with whether its numbers are shown by that."""
    for one in objectives_in(basis, card) if card else []:
        stated = basis.then.catalog.objectives[one.objective_id].key_results
        linked = {each.kr_id: each.metric_ids for each in stated}
        for each in one.key_results:
            for metric_id in filter(None, [*linked.get(each.kr_id, ()), each.metric_id]):
                yield metric_id, not each.restricted


def _shown(basis: Basis, card: Scorecard | None) -> tuple[str, ...]:
    behind = (metric_id for metric_id, is_shown in _behind_key_results(basis, card) if is_shown)
    return tuple(dict.fromkeys([*basis.seen, *behind]))


def _hidden(basis: Basis, card: Scorecard | None) -> tuple[str, ...]:
    behind = (metric_id for metric_id, _ in _behind_key_results(basis, card))
    return tuple(dict.fromkeys([*basis.hidden, *(each for each in behind if not basis.reader.sees(each))]))


def _cover(basis: Basis, request: ReportRequest, trust: Trust) -> Cover:
    report, publication = request.report, basis.publication
    team = f" of team {report.audience.team}" if report.audience.team else ""
    return Cover(
        report_id=report.report_id,
        name=report.name,
        description=report.description,
        owner_team=report.owner_team,
        period=request.period,
        audience=f"{report.audience.role}s{team}",
        made_at=request.made_at.astimezone(basis.zone),
        publication_id=publication.publication_id,
        published_at=publication.published_at.astimezone(basis.zone),
        data_through=basis.local(publication.data_through),
        timezone=basis.zone.key,
        quality=trust.quality,
        doubts=doubts_of(basis, trust),
        link=report_address(request.public_url, report.report_id, request.run_id),
    )
