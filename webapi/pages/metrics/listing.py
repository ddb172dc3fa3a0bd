"""The list of metrics. Prometheus scrapes the same address, and is answered as ever."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, make_response, request
from marshmallow import fields, validate
from werkzeug.exceptions import NotFound

from reports.browsing.metric_list import SORTS, ListedMetric, MetricListQuery, MetricPage, metric_page
from reports.cells import Cell, Change, Figure, Link, Restricted, Sparkline, Status, Table
from webapi.pages.frame.rendering import figures, page
from webapi.pages.frame.route import Pages
from webapi.pages.frame.trust import doubts_now, trust_line
from webapi.pages.metrics.changes import is_good
from webapi.pages.metrics.forms import FormQuerySchema
from webapi.process.media_types import HTML
from webapi.request.context import app_parts, reader

blueprint = Pages("pages-metrics", __name__)

_STATUSES = ("ok", "warning", "critical", "no_data")
_KINDS = ("computed", "observed", "documented")
_LIMIT = 50
_COLUMNS = {
    "name": "Metric",
    "status": "Status",
    "value": "Latest",
    "change": "Change",
    "recent": "Recently",
    "domain": "Domain",
    "owner_team": "Owner",
    "tier": "Tier",
    "definition": "Definition",
}
_IN_FILES = {"metric_id": "Id", "unit": "Unit", "tags": "Tags"}


class MetricsQuerySchema(FormQuerySchema):
    """Which metrics, in which order."""

    search = fields.String(load_default="", validate=validate.Length(max=200))
    domain = fields.String()
    owner_team = fields.String()
    tier = fields.String()
    tag = fields.String()
    status = fields.String(validate=validate.OneOf(_STATUSES))
    kind = fields.String(validate=validate.OneOf(_KINDS))
    certified = fields.Boolean()
    sort = fields.String(
        load_default="name", validate=validate.OneOf([each for name in SORTS for each in (name, f"-{name}")])
    )
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))


@blueprint.page("/metrics", query=MetricsQuerySchema, kept_by="moment")
def show_metrics(query: dict[str, Any]) -> Response:
    """All metrics, with what the catalog says of each and where it stands."""
    as_file = query.pop("format") is not None
    del query["table"]
    wanted = MetricListQuery(**query, limit=None if as_file else _LIMIT)
    found: MetricPage = app_parts().database.read(metric_page, wanted, reader())
    return page(
        "metrics.html",
        "Metrics",
        [_table(found, query["sort"], as_file=as_file)],
        found=found,
        query=wanted,
        statuses={each: each.replace("_", " ") for each in _STATUSES},
        kinds={each: each for each in _KINDS},
        trust=trust_line(found.trust, figures(), *doubts_now()) if found.trust else None,
    )


def share_address(app: Flask) -> None:
    """Let browsers have the page where Prometheus scrapes; the endpoint it is answered by is registered later."""
    endpoint = f"{blueprint.name}.{show_metrics.__name__}"
    app.view_functions[endpoint] = _for_browsers(app.view_functions[endpoint], app)


def _for_browsers(shown: Callable[..., Any], app: Flask) -> Callable[..., Any]:
    @wraps(shown)
    def wrapper() -> Response:
        if HTML in request.headers.get("Accept", ""):
            answer: Response = shown()
            return answer
        if app_parts().settings.proxies and "X-Forwarded-For" in request.headers:
            raise NotFound("Prometheus asks each process itself, and not through the proxy")
        answer = make_response(app.view_functions["prometheus_metrics"]())
        answer.headers["Vary"] = "Accept"
        return answer

    return wrapper


def _table(found: MetricPage, sort: str, *, as_file: bool) -> Table:
    columns = {"name": "Metric", **_IN_FILES, **_COLUMNS} if as_file else _COLUMNS
    return Table(
        name="metrics",
        caption="Metrics",
        columns=columns,
        rows=[_row(one) for one in found.rows],
        numeric=frozenset({"value", "change"}),
        sorts={name: f"-{name}" if sort == name else name for name in SORTS if name in columns},
    )


def _row(one: ListedMetric) -> Mapping[str, Cell]:
    facts = one.facts
    note = " · ".join((facts.metric_id, *facts.tags))
    return {
        "name": Link(facts.name, f"/metrics/{quote(facts.metric_id, safe='')}", note),
        "metric_id": facts.metric_id,
        "unit": one.entry.unit if one.entry else None,
        "tags": ", ".join(facts.tags),
        "domain": ", ".join(facts.domains.values()),
        "owner_team": facts.owner_team,
        "tier": facts.tier,
        "definition": "certified" if facts.is_certified else facts.status,
        **_numbers(one),
    }


def _numbers(one: ListedMetric) -> Mapping[str, Cell]:
    entry = one.entry
    if entry is None:
        return {"status": "not published yet"}
    if entry.restricted:
        return dict.fromkeys(("status", "value", "change"), Restricted())
    if entry.kind == "documented":
        return {"status": "documented"}
    return {
        "status": Status(entry.status),
        "value": Figure(entry.value, entry.unit),
        "change": Change(entry.change_pct, is_good(entry.change_pct, entry.expected_direction)),
        "recent": Sparkline(one.recent) if any(each is not None for each in one.recent) else None,
    }
