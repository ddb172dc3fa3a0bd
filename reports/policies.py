"""Policies for Open Policy Agent (Rego v1): what the catalog says of access, retention and thresholds, to be evaluated.

The text is the same rules every time, over an object that holds what single metrics say. That object is JSON, which
Rego reads as it stands, so that no name in a document can be taken for code.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from reports.errors import UnknownMetricError
from reports.suggestions import suggestion
from schemas.catalog.stored import catalog_version, read_documents
from schemas.documents.documents import Metric
from schemas.documents.durations import retention_days
from schemas.documents.thresholds import thresholds_of
from schemas.identity.readers import LEAST_ROLES, MetricAccess
from schemas.identity.roles import Role

PACKAGE = "mdl.policy"

_RULES = """\
# What the catalog says of its metrics, by MDL. Generated: change the catalog instead.
#
# input.metric_id  which metric
# input.user       {"name", "team", "role"}; the role is viewer, editor or admin
# input.action     read, write or delete
# input.value      a value of the metric, for data.mdl.policy.status
# input.age_days   how old a record is, for data.mdl.policy.is_expired
package mdl.policy

import rego.v1

metric := metrics[input.metric_id]

ranks := RANKS

rank := ranks[input.user.role]

# least rank of readers who own nothing; of what only owners read there is none
least_ranks := LEAST_RANKS

default is_owner := false

is_owner if input.user.team in metric.owners

is_owner if input.user.name in metric.people

default allow := false

# administrators may do everything with every metric there is
allow if {
	metric
	rank == 3
}

allow if {
	input.action == "read"
	rank >= least_ranks[metric.readers]
}

allow if {
	input.action == "read"
	rank >= 1
	is_owner
}

# editors write what they own, and what nobody owns
allow if {
	input.action == "write"
	rank >= 2
	is_owner
}

allow if {
	input.action == "write"
	rank >= 2
	count(metric.owners) == 0
}

default is_expired := false

is_expired if input.age_days > metric.retention_days

is_worse(value, bound) if {
	metric.worse == "lower"
	value < bound
}

is_worse(value, bound) if {
	metric.worse == "higher"
	value > bound
}

default status := "no_data"

status := "critical" if {
	is_number(input.value)
	is_worse(input.value, metric.critical_threshold)
} else := "warning" if {
	is_number(input.value)
	is_worse(input.value, metric.warning_threshold)
} else := "ok" if {
	is_number(input.value)
	metric
}
"""

_RANKS = {role.value: rank for rank, role in enumerate(Role, 1)}
_TABLES = {
    "LEAST_RANKS": {readership.value: _RANKS[role] for readership, role in LEAST_ROLES.items()},
    "RANKS": _RANKS,
}


@dataclass(frozen=True)
class Policy:
    """A module for the evaluator, of these metrics, out of this version of the catalog."""

    metric_ids: tuple[str, ...]
    catalog_version: int
    policy: str
    package: str = PACKAGE


def metric_policy(connection: Connection, metric_id: str) -> Policy:
    """The policy of one metric as the catalog stands. Two statements, a third one to suggest.

    Raises:
        UnknownMetricError: the catalog has no such metric; the message names the nearest ids.
    """
    metrics = _metrics(connection, metric_id)
    if not metrics:
        known = [metric.metric_id for metric in _metrics(connection)]
        hint = suggestion(metric_id, known) or "`mdl catalog list` names them all"
        raise UnknownMetricError(f"no metric {metric_id!r} in the catalog; {hint}")
    return _policy(connection, metrics)


def policies(connection: Connection) -> Policy:
    """The policy of every metric of the catalog, as one module. Two statements."""
    return _policy(connection, _metrics(connection))


def rego(metrics: Sequence[Metric]) -> str:
    """Text of the module that answers for these metrics."""
    stated = {metric.metric_id: _statement(metric) for metric in metrics}
    rules = _RULES
    for name, table in _TABLES.items():
        rules = rules.replace(name, json.dumps(table))
    return f"{rules}\nmetrics := {json.dumps(stated, indent=1, ensure_ascii=False)}\n"


def _policy(connection: Connection, metrics: Sequence[Metric]) -> Policy:
    ids = tuple(metric.metric_id for metric in metrics)
    return Policy(ids, catalog_version(connection), rego(metrics))


def _metrics(connection: Connection, metric_id: str | None = None) -> list[Metric]:
    documents = read_documents(connection, "metric", metric_id)
    return [Metric.model_validate(document.content) for document in documents]


def _statement(metric: Metric) -> dict[str, Any]:
    """What a document says, in the terms of the rules; what it does not say is left out."""
    governance, thresholds = metric.governance, thresholds_of(metric)
    access = MetricAccess.of(governance.model_dump())
    stated = {
        "owners": sorted(access.owners),
        "people": sorted(access.people) or None,
        "readers": access.readership.value,
        "data_classification": governance.data_classification,
        "pii_involved": governance.pii_involved,
        "regulatory_constraints": governance.regulatory_constraints or None,
        "data_retention": metric.data.data_retention,
        "retention_days": retention_days(metric.data.data_retention),
        "target_value": metric.targets_and_alerts.target_value,
        "warning_threshold": thresholds.warning,
        "critical_threshold": thresholds.critical,
        "worse": "lower" if thresholds.sign > 0 else "higher",
    }
    return {name: value for name, value in stated.items() if value is not None}
