"""The scorecard: domains, their objectives, their key results, as of one day."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Table, func, select, union_all

from reports.errors import ReplacedScoresError, UnknownDomainError, UnknownObjectiveError
from reports.models import AsOf, Publication
from reports.publications import standing_publication, trust_of
from reports.scores.masks import domain_for, key_result_for, objective_for
from reports.scores.models import DomainStanding, KeyResultStanding, ObjectiveStanding, Scorecard
from reports.suggestions import suggestion
from schemas.identity.readers import Reader
from schemas.tables import domain_scorecards, key_result_progress, objective_progress

_Standing = TypeVar("_Standing", KeyResultStanding, ObjectiveStanding, DomainStanding)


def scorecard(connection: Connection, reader: Reader, as_of: AsOf | None = None) -> Scorecard:
    """The scorecard of the newest publication, or of an earlier day, as the reader may see it.

    Four statements, five with `as_of`.

    A day on which nothing was published answers with the scores of the last publication before it.

    Raises:
        NothingPublishedError: nothing had been published by then.
    """
    publication = standing_publication(connection, as_of)
    day = publication.as_of.astimezone(ZoneInfo(publication.timezone)).date()
    key_results = _rows_of(connection, key_result_progress, day)
    objectives = _rows_of(connection, objective_progress, day)
    domains = _rows_of(connection, domain_scorecards, day)
    by_objective: dict[str, list[KeyResultStanding]] = {}
    for row in sorted(key_results, key=lambda row: int(row.position)):
        standing = key_result_for(reader, row.objective_id, _standing(KeyResultStanding, row))
        by_objective.setdefault(row.objective_id, []).append(standing)
    standings = [
        objective_for(
            reader,
            _standing(ObjectiveStanding, row, key_results=tuple(by_objective.get(row.objective_id, ()))),
        )
        for row in objectives
    ]
    known = {row.domain_id for row in domains}
    return Scorecard(
        as_of_date=day,
        domains=tuple(
            domain_for(
                reader, _standing(DomainStanding, row, objectives=_of_domain(standings, row.domain_id))
            )
            for row in domains
        ),
        unassigned=tuple(standing for standing in standings if standing.domain_id not in known),
        trust=trust_of(publication, reader, is_complete=True),
    )


def insist_on_scores_of(connection: Connection, publication: Publication) -> None:
    """Insist that the scores of the publication's day are still its own. One statement.

    Scores that a later publication found unchanged stay those of the earlier one.

    Raises:
        ReplacedScoresError: a later publication of the same day replaced some of them.
    """
    day = publication.as_of.astimezone(ZoneInfo(publication.timezone)).date()
    tables = (key_result_progress, objective_progress, domain_scorecards)
    numbers = [select(func.max(each.c.publication_id)).where(each.c.as_of_date == day) for each in tables]
    newest = max(filter(None, connection.scalars(union_all(*numbers))), default=0)
    if newest > publication.publication_id:
        raise ReplacedScoresError(
            f"the scores of publication {publication.publication_id} are gone: publication {newest} replaced "
            f"them, since scores are kept per day and both are as of {day}; ask for publication {newest} or a later one"
        )


def domain_standing(card: Scorecard, domain_id: str) -> DomainStanding:
    """One domain of a scorecard.

    Raises:
        UnknownDomainError: the scorecard has no such domain; the message names those it has.
    """
    domains = {domain.domain_id: domain for domain in card.domains}
    if domain_id not in domains:
        hint = suggestion(domain_id, domains) or f"there are {', '.join(domains) or 'none'}"
        raise UnknownDomainError(f"no domain {domain_id!r} on the scorecard of {card.as_of_date}; {hint}")
    return domains[domain_id]


def objective_standing(card: Scorecard, objective_id: str) -> ObjectiveStanding:
    """One objective of a scorecard, whatever its domain.

    Raises:
        UnknownObjectiveError: the scorecard has no such objective; the message names what is near.
    """
    of_domains = [objective for domain in card.domains for objective in domain.objectives]
    objectives = {objective.objective_id: objective for objective in [*of_domains, *card.unassigned]}
    if objective_id not in objectives:
        hint = suggestion(objective_id, objectives) or "the scorecard names them all"
        raise UnknownObjectiveError(
            f"no objective {objective_id!r} on the scorecard of {card.as_of_date}; {hint}"
        )
    return objectives[objective_id]


def _rows_of(connection: Connection, table: Table, day: date) -> Sequence[Row[Any]]:
    key = [column for column in table.primary_key if column.name != "as_of_date"]
    return connection.execute(select(table).where(table.c.as_of_date == day).order_by(*key)).all()


def _of_domain(standings: Iterable[ObjectiveStanding], domain_id: str) -> tuple[ObjectiveStanding, ...]:
    return tuple(standing for standing in standings if standing.domain_id == domain_id)


def _standing(model: type[_Standing], row: Row[Any], **below: Any) -> _Standing:
    """Read the columns that the model has."""
    columns = row._asdict()
    return model(
        **{field.name: columns[field.name] for field in fields(model) if field.name in columns}, **below
    )
