"""Other spellings that catalog files in the field use, and the canonical field each one means.

A dotted target lies deeper than the alias stands. camelCase and hyphenated spellings of any canonical name
or alias are read too and need no entry.
"""

from typing import Final

from schemas.documents.documents import (
    AlertRule,
    Dimension,
    Domain,
    EventSelection,
    Governance,
    KeyResult,
    Metric,
    Objective,
    OkrAlertRule,
    Part,
    Report,
    ReportAudience,
    Source,
    Timeframe,
    TimestampColumn,
)

FIELD_ALIASES: Final[dict[type[Part], dict[str, str]]] = {
    Source: {"id": "source_id", "owner": "owner_team"},
    Domain: {"id": "domain_id", "owner": "owner_team"},
    Objective: {
        "id": "objective_id",
        "title": "name",
        "start_date": "timeframe.start",
        "end_date": "timeframe.end",
        "owner": "owner_team",
        "business_priority": "priority",
        "strategic_theme": "strategic_pillar",
    },
    Timeframe: {"start_date": "start", "end_date": "end"},
    KeyResult: {"id": "kr_id", "title": "name", "metric_id": "metric_ids", "expected_direction": "direction"},
    # the older flat metric
    Metric: {
        "id": "metric_id",
        "unit": "definition.unit",
        "formula": "definition.formula",
        "data_type": "metadata.data_type",
        "validation_rules": "metadata.validation_rules",
    },
    Governance: {"owner": "owner_team"},
    Report: {
        "id": "report_id",
        "title": "name",
        "owner": "owner_team",
        "cron": "schedule",
        "time_zone": "timezone",
        "notify_channels": "channels",
    },
}

# a name that stands in for another field of the same mapping where that one is absent; it keeps its own place
STAND_INS: Final[dict[type[Part], dict[str, str]]] = {KeyResult: {"name": "description"}}

# what one text means where a mapping is expected: `dimensions: [platform]`
SHORTHANDS: Final[dict[type[Part], str]] = {
    AlertRule: "condition",
    OkrAlertRule: "condition",
    Dimension: "name",
    EventSelection: "event_name",
    TimestampColumn: "column",
    ReportAudience: "role",
}

# list fields whose single text is a comma separated list; prose fields keep their commas
COMMA_SEPARATED: Final = frozenset(
    {
        "tags",
        "metric_ids",
        "time_grain",
        "key_metrics",
        "objectives",
        "domains",
        "metrics",
        "unique_key",
        "breakdowns",
        "primary_objective_ids",
        "related_okr_ids",
        "upstream_metric_ids",
        "downstream_metric_ids",
        "notify_channels",
        "allowed_values",
        "formats",
        "channels",
    }
)

_GRAINS: Final = {
    "hourly": "hour",
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
    "annual": "year",
}
VALUE_ALIASES: Final[dict[str, dict[str, str]]] = {
    "operator": {
        "=": "eq",
        "==": "eq",
        "equals": "eq",
        "!=": "ne",
        "<>": "ne",
        "not_equals": "ne",
        ">": "gt",
        ">=": "gte",
        "<": "lt",
        "<=": "lte",
    },
    "time_grain": _GRAINS,
    "grain": _GRAINS,
}
