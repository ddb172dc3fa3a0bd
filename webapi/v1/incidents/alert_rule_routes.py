"""Routes of alert rules."""

from typing import Any

from reports.alerting.rules import RuleQuery, outcome_page, rule_page
from schemas.identity.roles import Role
from webapi.request.context import app_parts, reader
from webapi.v1.incidents.alert_rule_schemas import OutcomesSchema, RuleQuerySchema, RulesSchema
from webapi.v1.incidents.blueprint import blueprint
from webapi.v1.incidents.reporting_moment import reporting_moment
from webapi.views.pages import Page, PageQuerySchema, paged


@blueprint.get("/alert-rules", role=Role.VIEWER)
@blueprint.arguments(RuleQuerySchema, location="query")
@blueprint.response(200, RulesSchema)
def list_alert_rules(query: dict[str, Any]) -> Page:
    """List the alert rules in force.

    Those of documents and those that follow from thresholds and objectives, with what became of them when they were
    last evaluated; rules that can never be evaluated are listed with the reason.
    """
    wanted = RuleQuery(
        metric_id=query.get("metric"),
        has_problem=query.get("problem"),
        outcome=query.get("outcome"),
        page=query["page"],
        limit=query["limit"],
    )
    return paged(app_parts().database.read(rule_page, app_parts().rules, wanted, reader()), query)


@blueprint.get(
    "/alert-rules/<subject_kind>/<path:subject_id>/<rule_id>/outcomes",
    role=Role.VIEWER,
    problems=("not-found", "restricted"),
)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, OutcomesSchema)
def list_alert_outcomes(query: dict[str, int], subject_kind: str, subject_id: str, rule_id: str) -> Page:
    """Read what became of an alert rule.

    Every slice's outcomes over time, one row per unbroken series: why it fired, why it did not, since when.
    """
    key, zone = (subject_kind, subject_id, rule_id), reporting_moment().zone
    return paged(
        app_parts().database.read(outcome_page, app_parts().rules, key, zone=zone, reader=reader(), **query),
        query,
    )
