"""The scorecard, its domains and its objectives."""

from collections.abc import Collection, Iterable
from typing import Any

from flask import Response
from marshmallow import fields

from reports.scorecard_models import DomainStanding, ObjectiveStanding, Scorecard
from reports.scorecards import domain_standing, objective_standing
from reports.scorecards import scorecard as read_scorecard
from webapi.pages.frame.cells import Cell, Figure, Link, Share, Status, Table
from webapi.pages.frame.rendering import figures, page
from webapi.pages.frame.route import FileQuerySchema, Pages
from webapi.pages.frame.trust import TrustLine, doubts_now, trust_line
from webapi.request.context import app_parts, reader

blueprint = Pages("pages-scorecard", __name__)

_KEY_RESULTS = {
    "objective": "Objective",
    "key_result": "Key result",
    "status": "Status",
    "progress": "Progress",
    "expected": "Expected by now",
    "current": "Current",
    "target": "Target",
    "projected": "Projected",
    "provenance": "By",
}
_NUMERIC = frozenset({"progress", "expected", "current", "target", "projected"})


class AsOfQuerySchema(FileQuerySchema):
    """The day whose scorecard is shown."""

    as_of = fields.Date(load_default=None)


@blueprint.page("/", query=AsOfQuerySchema, kept_by="moment")
def show_scorecard(query: dict[str, Any]) -> Response:
    """Domains with their objectives and key results."""
    card = _card(query)
    every = [*(each for domain in card.domains for each in domain.objectives), *card.unassigned]
    return page(
        "scorecard.html",
        "Scorecard",
        [key_results_table("scorecard", every)],
        card=card,
        as_of=query["as_of"],
        trust=_trust(card, query),
    )


@blueprint.page("/domains/<domain_id>", query=AsOfQuerySchema, kept_by="moment")
def show_domain(query: dict[str, Any], domain_id: str) -> Response:
    """One domain with its objectives."""
    card = _card(query)
    domain: DomainStanding = domain_standing(card, domain_id)
    return page(
        "domain.html",
        domain.name,
        [key_results_table("key-results", domain.objectives)],
        domain=domain,
        as_of=query["as_of"],
        trust=_trust(card, query, _judged(domain) | _metrics_of(domain.objectives)),
    )


@blueprint.page("/objectives/<objective_id>", query=AsOfQuerySchema, kept_by="moment")
def show_objective(query: dict[str, Any], objective_id: str) -> Response:
    """One objective with its key results."""
    card = _card(query)
    objective = objective_standing(card, objective_id)
    return page(
        "objective.html",
        objective.name,
        [key_results_table("key-results", [objective])],
        objective=objective,
        as_of=query["as_of"],
        trust=_trust(card, query, _metrics_of([objective])),
    )


def key_results_table(name: str, objectives: Any) -> Table:
    """Every key result of some objectives, a row each."""
    return Table(
        name=name,
        caption="Key results",
        columns=_KEY_RESULTS,
        rows=[
            _row(objective, key_result) for objective in objectives for key_result in objective.key_results
        ],
        numeric=_NUMERIC,
    )


def _row(objective: ObjectiveStanding, key_result: Any) -> dict[str, Cell]:
    unit = key_result.unit
    shown = (
        Link(key_result.name, f"/metrics/{key_result.metric_id}") if key_result.metric_id else key_result.name
    )
    return {
        "objective": Link(objective.name, f"/objectives/{objective.objective_id}"),
        "key_result": shown,
        "status": Status(key_result.status),
        "progress": Share(key_result.progress),
        "expected": Share(key_result.expected_progress),
        "current": Figure(key_result.current_value, unit),
        "target": Figure(key_result.target_value, unit),
        "projected": Figure(key_result.projected_value, unit),
        "provenance": key_result.provenance.replace("_", " "),
    }


def _card(query: dict[str, Any]) -> Scorecard:
    found: Scorecard = app_parts().database.read(read_scorecard, reader(), query["as_of"])
    return found


def _trust(card: Scorecard, query: dict[str, Any], metrics: Collection[str] | None = None) -> TrustLine:
    """As published, and what is wrong by now with what the metrics stand on; of an earlier day nothing is by now."""
    return trust_line(card.trust, figures(), *(() if query["as_of"] else doubts_now(metrics)))


def _metrics_of(objectives: Iterable[ObjectiveStanding]) -> set[str]:
    return {each.metric_id for one in objectives for each in one.key_results if each.metric_id}


def _judged(domain: DomainStanding) -> set[str]:
    return {each["metric_id"] for each in domain.evidence.get("metrics", [])}
