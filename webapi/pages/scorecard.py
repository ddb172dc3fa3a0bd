"""The scorecard and its domains."""

from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import quote

from flask import Response
from markupsafe import Markup

from reports.alerting.incident_query import IncidentQuery
from reports.alerting.incidents import Incident, Moment, incident_page
from reports.browsing.metric_list import recent_values
from reports.cells import Cell, Change, Figure, Link, PeriodCell, Share, Status, Table
from reports.charts.inline_svg import sparkline
from reports.scores.models import DomainStanding, ObjectiveStanding, Scorecard
from reports.scores.movers import Mover, Movers, movers
from reports.scores.scorecards import domain_standing
from reports.scores.scorecards import scorecard as read_scorecard
from webapi.pages.frame.rendering import figures, page
from webapi.pages.frame.route import FileQuerySchema, Pages
from webapi.pages.frame.trust import TrustLine, doubts_now, trust_line
from webapi.request.context import app_parts, reader
from webapi.views.periods import FormDay

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
_MOVERS = {
    "metric": "Metric",
    "was": "Status before",
    "is": "Status",
    "before": "Before",
    "now": "Now",
    "change": "Change",
    "period": "Period",
}
_MOST_LISTED = 5
_NUMERIC = frozenset({"progress", "expected", "current", "target", "projected"})


class AsOfQuerySchema(FileQuerySchema):
    """The day whose scorecard is shown."""

    as_of = FormDay(load_default=None)


@blueprint.page("/", query=AsOfQuerySchema, kept_by="moment")
def show_scorecard(query: dict[str, Any]) -> Response:
    """Domains with their objectives and key results."""
    card = read_card(query)
    every = [*(each for domain in card.domains for each in domain.objectives), *card.unassigned]
    moved = None if query["as_of"] else app_parts().database.read(movers, reader(), _MOST_LISTED)
    return page(
        "scorecard.html",
        "Scorecard",
        [key_results_table("scorecard", every), *([movers_table(moved)] if moved else [])],
        card=card,
        as_of=query["as_of"],
        trust=trust_of_card(card, query),
        sparks=sparks_of(every, query),
        moved=moved,
        incidents=None if query["as_of"] else _open_incidents(),
    )


@blueprint.page("/domains/<path:domain_id>", query=AsOfQuerySchema, kept_by="moment")
def show_domain(query: dict[str, Any], domain_id: str) -> Response:
    """One domain with its objectives."""
    card = read_card(query)
    domain: DomainStanding = domain_standing(card, domain_id)
    return page(
        "domain.html",
        domain.name,
        [key_results_table("key-results", domain.objectives)],
        domain=domain,
        as_of=query["as_of"],
        trust=trust_of_card(card, query, _judged(domain) | metrics_of(domain.objectives)),
        sparks=sparks_of(domain.objectives, query),
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
        Link(key_result.name, f"/metrics/{quote(key_result.metric_id, safe='')}")
        if key_result.metric_id
        else key_result.name
    )
    return {
        "objective": Link(objective.name, f"/objectives/{quote(objective.objective_id, safe='')}"),
        "key_result": shown,
        "status": Status(key_result.status),
        "progress": Share(key_result.progress),
        "expected": Share(key_result.expected_progress),
        "current": Figure(key_result.current_value, unit),
        "target": Figure(key_result.target_value, unit),
        "projected": Figure(key_result.projected_value, unit),
        "provenance": key_result.provenance.replace("_", " "),
    }


def movers_table(found: Movers) -> Table:
    """Metrics that changed, a row each."""
    return Table(
        "movers",
        "What changed most since the publication before",
        _MOVERS,
        [_moved(each) for each in found.movers],
        frozenset(("before", "now", "change")),
    )


def sparks_of(objectives: Iterable[ObjectiveStanding], query: dict[str, Any]) -> dict[str, Markup]:
    """The newest finished periods of each metric behind them as a small line; of an earlier day none is drawn."""
    if query["as_of"]:
        return {}
    found = app_parts().database.read(recent_values, sorted(metrics_of(objectives)), reader())
    return {
        metric_id: Markup(sparkline(values, f"the last {len(values)} finished periods"))  # noqa: S704  it escapes
        for metric_id, values in found.items()
        if any(each is not None for each in values)
    }


def _moved(found: Mover) -> dict[str, Cell]:
    change, direction = found.change_pct, found.expected_direction
    is_good = (
        None
        if not change or direction not in ("increase", "decrease")
        else (change > 0) == (direction == "increase")
    )
    return {
        "metric": Link(
            found.name, f"/metrics/{quote(found.metric_id, safe='')}", "restated" if found.is_restated else ""
        ),
        "was": Status(found.before.status if found.before else None),
        "is": Status(found.now.status),
        "before": Figure(found.before.value if found.before else None, found.unit),
        "now": Figure(found.now.value, found.unit),
        "change": Change(change, is_good),
        "period": PeriodCell(found.now.period_start, found.grain),
    }


def _open_incidents() -> tuple[list[Incident], int]:
    """The newest that are open, and how many are."""
    parts = app_parts()
    wanted = IncidentQuery(state="open", limit=_MOST_LISTED)
    moment = Moment(parts.clock(), parts.settings.zone)
    found: tuple[list[Incident], int] = parts.database.read(incident_page, wanted, moment, reader())
    return found


def read_card(query: dict[str, Any]) -> Scorecard:
    """The scorecard of the day that the query names, or of now."""
    found: Scorecard = app_parts().database.read(read_scorecard, reader(), query["as_of"])
    return found


def trust_of_card(
    card: Scorecard, query: dict[str, Any], metrics: Collection[str] | None = None
) -> TrustLine:
    """As published, and what is wrong by now with what the metrics stand on; of an earlier day nothing is by now."""
    return trust_line(card.trust, figures(), *(() if query["as_of"] else doubts_now(metrics)))


def metrics_of(objectives: Iterable[ObjectiveStanding]) -> set[str]:
    """Metrics behind the key results of the objectives: those that scored them, and those that the catalog links."""
    linked = catalog.key_results if (catalog := reader().catalog) else {}
    return {
        metric_id
        for one in objectives
        for each in one.key_results
        for metric_id in (each.metric_id, *linked.get(f"{one.objective_id}/{each.kr_id}", ()))
        if metric_id
    }


def _judged(domain: DomainStanding) -> set[str]:
    return {each["metric_id"] for each in domain.evidence.get("metrics", [])}
