"""One metric: where it stands, its chart and the same numbers as a table, and its definition."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response
from marshmallow import fields, validate
from werkzeug.exceptions import Forbidden, NotFound

from reports.alerting.incidents import Moment
from reports.browsing.metric_profile import MetricProfile, metric_profile
from reports.charts.read import ChartQuery
from schemas.catalog.metric_facts import is_certified
from webapi.pages.frame.rendering import figures, page
from webapi.pages.frame.route import Pages
from webapi.pages.frame.session import theme
from webapi.pages.frame.trust import Reason, TrustLine, doubts_now, trust_line
from webapi.pages.metrics.changes import is_good
from webapi.pages.metrics.forms import DAYS, RangeQuerySchema
from webapi.pages.metrics.numbers import marks_table, numbers_table, rows_of, trust_behind, versions_of
from webapi.request.context import app_parts, reader

blueprint = Pages("pages-metric", __name__)

COMPARISONS = {"none": "nothing", "previous_period": "the periods before", "previous_year": "the year before"}
_MOST_SHOWN = 400
"""Rows of the table within the page, a year of days; its files have all."""


class MetricQuerySchema(RangeQuerySchema):
    """Which numbers of the metric are shown."""

    slice = fields.String(load_default="", validate=validate.Length(max=1_000))
    breakdown = fields.String(load_default=None, validate=validate.Length(max=200))
    top = fields.Integer(load_default=5, validate=validate.Range(min=1, max=20))
    comparison = fields.String(load_default="none", validate=validate.OneOf(list(COMPARISONS)))


@blueprint.page(
    "/metrics/<path:metric_id>",
    query=MetricQuerySchema,
    kept_by="moment",
    about=lambda metric_id: ("metric", metric_id),
)
def show_metric(query: dict[str, Any], metric_id: str) -> Response:
    """One metric with its chart, its numbers and all that is known of it."""
    parts = app_parts()
    moment = Moment(parts.clock(), parts.settings.zone)
    asked = chart_query(metric_id, query)
    profile: MetricProfile = parts.database.read(
        metric_profile, asked, query["days"], parts.book, parts.rules, moment, reader()
    )
    if query["format"]:
        _insist_on_numbers(profile)
    tables = [] if profile.numbers is None else [numbers_table(profile.numbers)]
    if marked := profile.numbers and marks_table(profile.numbers):
        tables.append(marked)
    limit = None if query["format"] else _MOST_SHOWN
    shown = [replace(each, rows=each.rows[:limit]) for each in tables]
    return page(
        "metric.html",
        profile.definition.metric.name,
        shown,
        profile=profile,
        metric=profile.definition.metric,
        query=query,
        days=DAYS,
        comparisons=COMPARISONS,
        grains=profile.entry.grains if profile.entry else (),
        dimensions=_dimensions(profile),
        is_certified=is_certified(profile.definition.metric.governance.status),
        is_good=_is_good(profile),
        trust=_trust(profile),
        chart=chart_addresses(metric_id, query, profile) if profile.numbers else None,
        cut=len(tables[0].rows) if tables and len(tables[0].rows) > _MOST_SHOWN else None,
        theme_of_picture=theme(),
    )


def chart_query(metric_id: str, query: dict[str, Any]) -> ChartQuery:
    """The chart that the page's parameters ask for; a breakdown is of the total, and compared with nothing."""
    is_whole = query["breakdown"] is not None
    return ChartQuery(
        metric_id=metric_id,
        grain=query["grain"],
        slice="" if is_whole else query["slice"],
        start=None if query["days"] else query["start"],
        end=None if query["days"] else query["end"],
        comparison="none" if is_whole else query["comparison"],
        breakdown=query["breakdown"],
        top=query["top"],
    )


def chart_addresses(metric_id: str, query: dict[str, Any], profile: MetricProfile) -> dict[str, str]:
    """Where the chart of the page is had as picture and as specification, and its values as Arrow."""
    assert profile.numbers is not None  # noqa: S101  there is a chart
    rows = rows_of(profile.numbers)
    asked = chart_query(metric_id, query)
    span = {
        "grain": rows[0].grain,
        "from": min(row.period_start for row in rows).isoformat(),
        "to": max(row.period_end for row in rows).isoformat(),
    }
    drawn = {
        "slice": asked.slice,
        "breakdown": asked.breakdown,
        "comparison": asked.comparison,
        "top": asked.top,
    }
    kept = {name: value for name, value in drawn.items() if value not in (None, "", "none")}
    place = f"/metrics/{quote(metric_id, safe='')}"
    by = {"by": asked.breakdown} if asked.breakdown else {"slice": asked.slice} if asked.slice else {}
    return {
        "chart": f"{place}/chart.%s?{urlencode({**span, **kept})}",
        "arrow": f"{place}/values.arrow?{urlencode({**span, **by})}",
    }


def _insist_on_numbers(profile: MetricProfile) -> None:
    """Refuse a file where the page would say why it shows no numbers."""
    if profile.numbers is None:
        why = profile.not_drawn or profile.withheld
        raise Forbidden(why) if profile.is_restricted else NotFound(why)


def _dimensions(profile: MetricProfile) -> list[str]:
    """What the metric can be broken down by."""
    return [names[0] for names in profile.entry.slice_sets if len(names) == 1] if profile.entry else []


def _is_good(profile: MetricProfile) -> bool | None:
    standing = profile.standing
    if standing is None or standing.latest is None:
        return None
    return is_good(standing.latest.change_pct, standing.metric.expected_direction)


def _trust(profile: MetricProfile) -> TrustLine | None:
    if profile.standing is None:
        return None
    numbers = profile.numbers
    trust = trust_behind(numbers) if numbers else profile.standing.trust
    return trust_line(trust, figures(), *_doubts(profile))


def _doubts(profile: MetricProfile) -> list[str | Reason]:
    """What the trust of the answer does not say."""
    now = doubts_now([profile.definition.metric.metric_id])
    versions = versions_of(profile.numbers) if profile.numbers else []
    if len(versions) < 2:
        return [*now]
    return [*now, f"the definition changed within these periods: {', '.join(versions)}"]
