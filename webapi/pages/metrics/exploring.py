"""Several metrics side by side, all of it in the address."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, request
from marshmallow import fields, validate

from reports.browsing.exploration import MAX_METRICS, Exploration, ExplorationQuery, explore
from reports.cells import Cell, Figure, PeriodCell, Restricted, Table
from reports.models import AlignedAnswer, AlignedRow, MetricEntry
from schemas.identity.roles import Role
from schemas.identity.saved_views import Viewer, list_views
from webapi.pages.frame.rendering import figures, page
from webapi.pages.frame.route import Pages
from webapi.pages.frame.session import theme
from webapi.pages.frame.trust import doubts_now, trust_line
from webapi.pages.metrics.forms import DAYS, RangeQuerySchema
from webapi.request.context import app_parts, principal, reader

blueprint = Pages("pages-explore", __name__)

_MOST_SHOWN = 400


class ExploreQuerySchema(RangeQuerySchema):
    """Which metrics, by what, and what to look for."""

    metric_ids = fields.List(
        fields.String(), data_key="metric", load_default=list, validate=validate.Length(max=MAX_METRICS)
    )
    by = fields.String(load_default=None, validate=validate.Length(max=200))
    find = fields.String(load_default="", validate=validate.Length(max=200))


@blueprint.page("/explore", query=ExploreQuerySchema)
def show_explore(query: dict[str, Any]) -> Response:
    """Metrics side by side; it is not kept, since it lists the reader's own views."""
    return explored(query)


def explored(query: Mapping[str, Any], error: str = "") -> Response:
    """The page of what is asked for, with what went wrong with a saved view."""
    wanted = ExplorationQuery(
        metric_ids=list(dict.fromkeys(query["metric_ids"])),
        grain=query["grain"],
        by=[query["by"]] if query["by"] else [],
        start=None if query["days"] else query["start"],
        end=None if query["days"] else query["end"],
        days=query["days"],
        find=query["find"],
    )
    database = app_parts().database
    found: Exploration = database.read(explore, wanted, reader())
    tables = [_table(found.answer, by=query["by"])] if found.answer else []
    cut = len(tables[0].rows) if tables and len(tables[0].rows) > _MOST_SHOWN else None
    if cut and not query["format"]:
        tables = [Table(**{**vars(tables[0]), "rows": tables[0].rows[:_MOST_SHOWN]})]
    shown = page(
        "explore.html",
        "Explore",
        tables,
        query=query,
        wanted=wanted,
        found=found,
        charts=_charts(found, query["by"]),
        cut=cut,
        days=DAYS,
        most=MAX_METRICS,
        views=database.read_primary(list_views, viewer()),
        error=error,
        theme_of_picture=theme(),
        trust=trust_line(found.answer.trust, figures(), *doubts_now(wanted.metric_ids))
        if found.answer
        else None,
    )
    shown.status_code = 422 if error else 200
    return shown


def viewer() -> Viewer:
    """Who looks at saved views."""
    who = principal()
    return Viewer(who.user_id, who.team, is_admin=who.role.covers(Role.ADMIN))


def with_metrics(metric_ids: Sequence[str]) -> str:
    """The page at hand with other metrics."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in ("metric", "find")]
    return f"/explore?{urlencode([*(('metric', each) for each in metric_ids), *kept])}"


def _charts(found: Exploration, by: str | None) -> list[tuple[MetricEntry, str]]:
    """Of each metric that may be seen the address of its chart, `%s` where its kind stands."""
    if found.answer is None:
        return []
    span = {"grain": found.answer.grain, "from": found.start, "to": found.end, "breakdown": by}
    query = urlencode({name: value for name, value in span.items() if value is not None})
    return [
        (metric, f"/metrics/{quote(metric.metric_id, safe='')}/chart.%s?{query}")
        for metric in found.answer.metrics
        if not metric.restricted
    ]


def _table(answer: AlignedAnswer, *, by: str | None) -> Table:
    slices = {"slice": by} if by else {}
    names = {f"metric-{number}": metric.name for number, metric in enumerate(answer.metrics)}
    return Table(
        name="explore",
        caption="The metrics side by side",
        columns={"period": "Period", **slices, **names},
        rows=[_row(row, answer) for row in reversed(answer.rows)],
        numeric=frozenset(names),
    )


def _row(row: AlignedRow, answer: AlignedAnswer) -> Mapping[str, Cell]:
    numbers: dict[str, Cell] = {
        f"metric-{number}": Restricted()
        if metric.restricted
        else Figure(row.values[metric.metric_id], metric.unit)
        for number, metric in enumerate(answer.metrics)
    }
    return {
        "period": PeriodCell(row.period_start, answer.grain),
        "slice": row.slice.partition("=")[2],
        **numbers,
    }
