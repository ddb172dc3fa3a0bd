"""Tables of published numbers: values and their revisions, what is published of each metric, and scores."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from schemas.tables.base import instant, metadata
from schemas.tables.ops import publications


def _value_columns() -> list[Column[object]]:
    """What a published value consists of, shared by the current values and their revisions."""
    return [
        instant("period_end"),
        Column("is_complete", Boolean, nullable=False),
        Column("value", Double),
        Column("numerator", Double),
        Column("denominator", Double),
        Column("sample_count", BigInteger, nullable=False),
        Column("is_carried", Boolean, nullable=False),
        Column("status", Text, nullable=False, comment="ok, warning, critical or no_data"),
        Column("previous_value", Double),
        Column("change_pct", Double),
        Column("baseline_value", Double),
        Column("definition_version", Text, nullable=False),
        Column("definition_hash", Text, nullable=False),
    ]


metric_values = Table(
    "metric_values",
    metadata,
    Column("metric_id", Text, primary_key=True),
    Column("grain", Text, primary_key=True),
    Column("slice", Text, primary_key=True, comment="'' is the total"),
    instant("period_start", primary_key=True),
    *_value_columns(),
    Column("publication_id", BigInteger, nullable=False, comment="since which this row stands"),
    CheckConstraint("status in ('ok', 'warning', 'critical', 'no_data')", name="status"),
    schema="marts",
    comment="One row per metric, grain, slice and period: what is published now",
)
metric_value_revisions = Table(
    "metric_value_revisions",
    metadata,
    Column("metric_id", Text, primary_key=True),
    Column("grain", Text, primary_key=True),
    Column("slice", Text, primary_key=True),
    instant("period_start", primary_key=True),
    *_value_columns(),
    Column("publication_id", BigInteger, primary_key=True, comment="since which it stood"),
    Column("superseded_by", BigInteger, nullable=False, comment="publication that changed or removed it"),
    schema="marts",
    comment="One row per value that a later publication changed or removed",
)
published_metrics = Table(
    "published_metrics",
    metadata,
    Column("metric_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="computed, observed or documented"),
    Column("reason", Text, comment="why a documented metric is not computed"),
    Column("unit", Text),
    Column("expected_direction", Text),
    Column("grains", JSONB, nullable=False, comment="offered grains, finest first"),
    Column("slice_sets", JSONB, nullable=False, comment="lists of dimension names; [] is the total"),
    Column("current_grain", Text, nullable=False, comment="the grain that 'the latest value' means"),
    Column("target_value", Double),
    Column("definition_version", Text, nullable=False),
    Column("definition_hash", Text, nullable=False),
    Column("publication_id", BigInteger, nullable=False),
    Column("events", JSONB, nullable=False, server_default="[]", comment="that it is computed from, sorted"),
    Column(
        "sources", JSONB, nullable=False, server_default="[]", comment="that may deliver its events, sorted"
    ),
    schema="marts",
    comment="One row per metric of the catalog as last published",
)
metric_slices = Table(
    "metric_slices",
    metadata,
    Column("metric_id", Text, primary_key=True),
    Column("grain", Text, primary_key=True),
    Column("slice", Text, primary_key=True),
    instant("first_period_start"),
    schema="marts",
    comment="One row per published slice: the period it begins with",
)
event_coverage = Table(
    "event_coverage",
    metadata,
    Column("event", Text, primary_key=True),
    instant("newest_at"),
    Column("publication_id", BigInteger, nullable=False),
    schema="marts",
    comment="One row per event that metrics read: its newest occurrence when last published",
)


def _provenance_columns() -> list[Column[object]]:
    return [
        Column("provenance", Text, nullable=False, comment="measured, checked_in, rolled_up or none"),
        Column("evidence", JSONB, nullable=False, comment="metric, grain, period, values behind the score"),
        Column("publication_id", BigInteger, ForeignKey(publications.c.publication_id), nullable=False),
    ]


key_result_progress = Table(
    "key_result_progress",
    metadata,
    Column("as_of_date", Date, primary_key=True),
    Column("objective_id", Text, primary_key=True),
    Column("kr_id", Text, primary_key=True),
    Column("position", Integer, nullable=False, comment="order in the document"),
    Column("name", Text, nullable=False),
    Column("unit", Text),
    Column("direction", Text, comment="increase, decrease or maintain"),
    Column("metric_id", Text),
    Column("baseline_value", Double),
    Column("current_value", Double),
    Column("target_value", Double),
    Column("raw_progress", Double, comment="unclipped"),
    Column("progress", Double, comment="clipped to 0-1"),
    Column("expected_progress", Double, comment="share of the timeframe that has passed"),
    Column("projected_value", Double, comment="linear trend at the end date"),
    Column("projected_progress", Double),
    Column("weight", Double, nullable=False),
    Column("status", Text, nullable=False),
    *_provenance_columns(),
    schema="marts",
    comment="One row per key result and as-of day",
)
objective_progress = Table(
    "objective_progress",
    metadata,
    Column("as_of_date", Date, primary_key=True),
    Column("objective_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("owner_team", Text),
    Column("start_date", Date),
    Column("end_date", Date, comment="the last day of the timeframe"),
    Column("domain_id", Text),
    Column("progress", Double),
    Column("expected_progress", Double),
    Column("projected_progress", Double),
    Column("coverage", Double, nullable=False, comment="share of key result weight that has data"),
    Column("status", Text, nullable=False),
    *_provenance_columns(),
    schema="marts",
    comment="One row per objective and as-of day",
)
domain_scorecards = Table(
    "domain_scorecards",
    metadata,
    Column("as_of_date", Date, primary_key=True),
    Column("domain_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("health", Double, comment="0-100"),
    Column("coverage", Double, nullable=False),
    Column("metrics_ok", Integer, nullable=False),
    Column("metrics_warning", Integer, nullable=False),
    Column("metrics_critical", Integer, nullable=False),
    Column("metrics_no_data", Integer, nullable=False),
    Column(
        "metrics_count",
        Integer,
        Computed("metrics_ok + metrics_warning + metrics_critical + metrics_no_data", persisted=True),
    ),
    Column("objective_progress", Double, comment="mean over its objectives with data"),
    *_provenance_columns(),
    schema="marts",
    comment="One row per domain and as-of day",
)
key_result_check_ins = Table(
    "key_result_check_ins",
    metadata,
    Column("check_in_id", BigInteger, Identity(), primary_key=True),
    Column("objective_id", Text, nullable=False),
    Column("kr_id", Text, nullable=False),
    Column("value", Double, nullable=False),
    Column("note", Text),
    Column("checked_in_by", Text, nullable=False),
    instant("checked_in_at"),
    Index(None, "objective_id", "kr_id", "checked_in_at"),
    schema="ops",
    comment="One row per value typed in by hand for a key result without a metric",
)
