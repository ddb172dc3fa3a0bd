"""The list of incidents."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, get_args

from flask import Response
from marshmallow import fields, validate

from reports.alerting.incident_query import STATES, IncidentQuery
from reports.alerting.incidents import Incident, Moment, incident_page
from reports.cells import Link, Restricted, Status, Table
from reports.publications import start_of_day
from schemas.alerting.vocabulary import SEVERITIES, SubjectKind
from webapi.pages.frame.rendering import page
from webapi.pages.frame.route import FileQuerySchema
from webapi.pages.incidents.blueprint import blueprint
from webapi.pages.incidents.subjects import subject_cell, words
from webapi.request.context import app_parts, reader
from webapi.views.pages import PageQuerySchema
from webapi.views.periods import FormDay

KINDS = get_args(SubjectKind)
MOST_IN_FILES = 10_000
_FILTERS = (
    *("state", "severity", "subject_kind", "subject_id", "rule_id", "slice", "domain", "since", "until"),
    "search",
)
_COLUMNS = {
    "incident": "Incident",
    "severity": "Severity",
    "state": "State",
    "subject": "About",
    "rule": "Rule",
    "slice": "Slice",
    "opened": "Opened",
    "silenced": "Silenced until",
    "label": "Label",
}


class _Word(fields.String):
    """One of some words; a form's empty choice is none."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        return super()._deserialize(value, attr, data, **kwargs) or None


class IncidentListSchema(PageQuerySchema, FileQuerySchema):
    """Which incidents."""

    state = _Word(load_default=None, validate=validate.OneOf([*STATES, None]))
    severity = _Word(load_default=None, validate=validate.OneOf([*SEVERITIES, None]))
    subject_kind = _Word(load_default=None, validate=validate.OneOf([*KINDS, None]))
    subject_id = _Word(load_default=None)
    rule_id = _Word(load_default=None)
    slice = _Word(load_default=None)
    domain = _Word(load_default=None)
    since = FormDay(load_default=None)
    until = FormDay(load_default=None)
    search = fields.String(load_default="")


@blueprint.page("/incidents", query=IncidentListSchema, kept_by="seconds")
def show_incidents(query: dict[str, Any]) -> Response:
    """Incidents, newest first: those that are open or ever fired, where no state is asked for."""
    wanted = _wanted(query)
    found, total = app_parts().database.read(incident_page, wanted, moment(), reader())
    return page(
        "incidents.html",
        "Incidents",
        [incidents_table(found)],
        query=query,
        is_filtered=any(query[name] for name in _FILTERS),
        total=total,
        most_in_files=MOST_IN_FILES,
        choices={"state": STATES, "severity": SEVERITIES, "subject_kind": KINDS},
    )


def incidents_table(found: list[Incident], name: str = "incidents") -> Table:
    """Incidents, a row each."""
    return Table(name, "Incidents, newest first", _COLUMNS, [_row(each) for each in found])


def moment() -> Moment:
    """This instant, and the zone of days."""
    parts = app_parts()
    return Moment(parts.clock(), parts.settings.zone)


def _wanted(query: Mapping[str, Any]) -> IncidentQuery:
    """What is asked for; days are whole ones, and a file has all pages."""
    asked = {name: query[name] for name in _FILTERS}
    zone = app_parts().settings.zone
    if query["since"]:
        asked["since"] = start_of_day(query["since"], zone)
    if query["until"]:
        asked["until"] = start_of_day(query["until"] + timedelta(days=1), zone)
    place = {"limit": MOST_IN_FILES} if query["format"] else {"page": query["page"], "limit": query["limit"]}
    return IncidentQuery(**asked, **place)


def _row(found: Incident) -> Mapping[str, Any]:
    return {
        "incident": Link(found.title, f"/incidents/{found.incident_id}"),
        "severity": Status(found.severity),
        "state": Status(found.state),
        "subject": subject_cell(found),
        "rule": found.rule_id,
        "slice": Restricted() if found.restricted else found.slice or "total",
        "opened": found.opened_at,
        "silenced": found.silenced_until,
        "label": words(found.label),
    }
