"""An objective: its key results with the way that each took, and its history."""

from collections.abc import Sequence
from typing import Any, get_args
from urllib.parse import quote, urlencode

from flask import Response
from markupsafe import Markup
from marshmallow import fields, validate
from werkzeug.exceptions import NotFound

from reports.alerting.restricted import insist_on_seen
from reports.cells import Cell, Share, Status, Table
from reports.charts.inline_svg import sparkline
from reports.charts.models import ChartLook, Theme
from reports.charts.pace import read_pace
from reports.scores.history import ScoredDay, Spell, scored_days, spells
from reports.scores.models import KeyResultStanding, ObjectiveStanding
from reports.scores.scorecards import objective_standing
from webapi.pages.frame.rendering import page
from webapi.pages.frame.route import Pages
from webapi.pages.frame.session import theme
from webapi.pages.scorecard import (
    AsOfQuerySchema,
    key_results_table,
    metrics_of,
    read_card,
    sparks_of,
    trust_of_card,
)
from webapi.process.media_types import SVG, VEGA_LITE
from webapi.request.context import app_parts, reader
from webapi.views.charts import as_picture

blueprint = Pages("pages-objective", __name__)

_KINDS = {"svg": SVG, "json": VEGA_LITE}
_HISTORY = {
    "first": "From",
    "last": "To",
    "status": "Status",
    "progress": "Progress at the end",
    "expected": "Expected then",
}


class PaceQuerySchema(AsOfQuerySchema):
    """Of which key result, and how it looks."""

    key_result = fields.String(required=True)
    theme = fields.String(load_default="light", validate=validate.OneOf(get_args(Theme)))
    width = fields.Integer(load_default=ChartLook().width, validate=validate.Range(min=200, max=2_000))


@blueprint.page("/objectives/<path:objective_id>", query=AsOfQuerySchema, kept_by="moment")
def show_objective(query: dict[str, Any], objective_id: str) -> Response:
    """One objective with its key results."""
    card = read_card(query)
    objective = objective_standing(card, objective_id)
    days = app_parts().database.read(scored_days, objective, card.as_of_date)
    has_pace = bool(objective.start_date and objective.end_date)
    return page(
        "objective.html",
        objective.name,
        [key_results_table("key-results", [objective]), _history(spells(days))],
        objective=objective,
        as_of=query["as_of"],
        trust=trust_of_card(card, query, metrics_of([objective])),
        sparks=sparks_of([objective], query),
        drawn=_drawn(days),
        paces=[
            (each, _pace_addresses(objective, each, query))
            for each in objective.key_results
            if has_pace and each.current_value is not None
        ],
        theme_of_picture=theme(),
    )


@blueprint.page(
    "/objectives/<path:objective_id>/pace.<any(svg, json):kind>", query=PaceQuerySchema, kept_by="both"
)
def show_pace(query: dict[str, Any], objective_id: str, kind: str) -> Response:
    """The way of one key result as a picture, or as what it is drawn from."""
    card = read_card(query)
    objective = objective_standing(card, objective_id)
    key_result = _named(objective, query["key_result"])
    insist_on_seen(reader(), "key_result", f"{objective_id}/{key_result.kr_id}")
    found = app_parts().database.read(read_pace, objective, key_result, card.trust, reader(), query["as_of"])
    if found is None:
        raise NotFound(f"objective {objective_id!r} has no timeframe, so there is no pace")
    return as_picture(found, ChartLook(theme=query["theme"], width=query["width"]), _KINDS[kind])


def _named(objective: ObjectiveStanding, kr_id: str) -> KeyResultStanding:
    for each in objective.key_results:
        if each.kr_id == kr_id:
            return each
    raise NotFound(f"objective {objective.objective_id!r} has no key result {kr_id!r} on that day")


def _pace_addresses(
    objective: ObjectiveStanding, found: KeyResultStanding, query: dict[str, Any]
) -> dict[str, str]:
    """Where its chart is, in each form."""
    asked = {"key_result": found.kr_id, **({"as_of": query["as_of"]} if query["as_of"] else {})}
    place = f"/objectives/{quote(objective.objective_id, safe='')}/pace"
    return {kind: f"{place}.{kind}?{urlencode(asked)}" for kind in _KINDS}


def _history(found: Sequence[Spell]) -> Table:
    rows: list[dict[str, Cell]] = [
        {
            "first": each.first,
            "last": each.last,
            "status": Status(each.status),
            "progress": Share(each.progress),
            "expected": Share(each.expected_progress),
        }
        for each in found
    ]
    return Table(
        "history", "Statuses over time, newest first", _HISTORY, rows, frozenset(("progress", "expected"))
    )


def _drawn(days: Sequence[ScoredDay]) -> Markup | None:
    """Progress by day; a single day draws nothing."""
    values = [each.progress for each in days]
    if sum(each is not None for each in values) < 2:
        return None
    return Markup(sparkline(values, f"progress on {len(days)} days"))  # noqa: S704  it escapes
