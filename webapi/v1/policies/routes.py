"""Routes of policies."""

from flask import Response

from reports.policies import Policy, metric_policy, policies
from schemas.identity.roles import Role
from webapi.process.media_types import JSON, TEXT
from webapi.request.context import app_parts, media_type
from webapi.v1.policies.schemas import PolicySchema
from webapi.views.blueprint import Blueprint

blueprint = Blueprint("policies", __name__, description="Governance and thresholds for Open Policy Agent")


@blueprint.get(
    "/metrics/<metric_id>/policy",
    role=Role.VIEWER,
    kept_by="catalog",
    problems=("not-found",),
    formats=(JSON, TEXT),
)
@blueprint.response(200, PolicySchema)
def get_policy(metric_id: str) -> dict[str, Policy] | Response:
    """Read a metric's policy.

    A Rego v1 module of who may read and write the metric, how long its records are kept, and which status a value has.
    """
    return _answer(app_parts().database.read(metric_policy, metric_id))


@blueprint.get("/policies", role=Role.VIEWER, kept_by="catalog", formats=(JSON, TEXT))
@blueprint.response(200, PolicySchema)
def get_policies() -> dict[str, Policy] | Response:
    """Read the policy of all metrics.

    The same rules over every metric of the catalog, as one module.
    """
    return _answer(app_parts().database.read(policies))


def _answer(policy: Policy) -> dict[str, Policy] | Response:
    return (
        {"data": policy}
        if media_type() == JSON
        else Response(policy.policy, content_type=f"{TEXT}; charset=utf-8")
    )
