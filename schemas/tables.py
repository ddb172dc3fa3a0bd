"""Every PostgreSQL table of MDL, declared once; migrations and read models are checked against it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

SCHEMAS = ("catalog", "marts", "ops", "identity")


def _instant(name: str, *, nullable: bool = False, primary_key: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable, primary_key=primary_key)


# ---- catalog -------------------------------------------------------------------------------------------

catalog_documents = Table(
    "documents",
    metadata,
    Column("kind", Text, primary_key=True, comment="source, domain, objective or metric"),
    Column("document_id", Text, primary_key=True),
    Column("version", Text, nullable=False, comment="semantic version of the current content"),
    Column("revision", Integer, nullable=False, comment="1, 2, 3 … per document"),
    Column("content_hash", Text, nullable=False, comment="sha256 of the canonical JSON"),
    Column("content", JSONB, nullable=False),
    _instant("updated_at"),
    Column("is_deleted", Boolean, nullable=False, default=False),
    schema="catalog",
    comment="One row per catalog document: its newest accepted version",
)

catalog_history = Table(
    "document_history",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("document_id", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("version", Text, nullable=False),
    Column("change", Text, nullable=False, comment="created, major, minor, patch, deleted or restored"),
    Column("changed_fields", JSONB, nullable=False, comment="dotted paths"),
    Column("content", JSONB, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("origin", Text, nullable=False, comment="file:<name> or api"),
    _instant("changed_at"),
    schema="catalog",
    comment="One row per accepted version of a document",
)

catalog_state = Table(
    "state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False, comment="rises with every accepted change"),
    Column("headers", JSONB, nullable=False),
    CheckConstraint("id = 1", name="single_row"),
    schema="catalog",
    comment="One row: the catalog's own version",
)

# ---- ops -----------------------------------------------------------------------------------------------

publications = Table(
    "publications",
    metadata,
    Column("publication_id", BigInteger, Identity(), primary_key=True),
    _instant("published_at"),
    _instant("created_at"),
    _instant("as_of"),
    _instant("data_through", nullable=True),
    Column("timezone", Text, nullable=False),
    Column("lake_version", BigInteger),
    Column("catalog_version", BigInteger),
    Column("quality", Text, comment="of the deliveries by then: ok, warning or critical"),
    Column(
        "deliveries",
        JSONB(none_as_null=True),
        comment="by source what was delivered and refused by then; null before 0005",
    ),
    Column("run_id", Text),
    Column("values_changed", BigInteger, nullable=False),
    Column("values_computed", BigInteger, nullable=False),
    Column(
        "scope",
        JSONB,
        nullable=False,
        comment="what was computed: metrics, grains, period ranges, files read",
    ),
    Index(None, "published_at"),
    schema="ops",
    comment="One row per publication; its commit is what makes new numbers visible",
)

ingested_files = Table(
    "ingested_files",
    metadata,
    Column("file_id", Text, primary_key=True, comment="hash of source and relative path"),
    Column("content_hash", Text, primary_key=True, comment="sha256 of the bytes"),
    Column("source_id", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    _instant("modified_at", nullable=True),
    Column(
        "delivery",
        BigInteger,
        Identity(),
        nullable=False,
        comment="number of the attempt that the lake knows",
    ),
    Column(
        "arrival",
        BigInteger,
        comment="delivery by which these bytes came to this path; null: this one",
    ),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("row_count", BigInteger),
    Column("accepted_count", BigInteger),
    Column("quarantined_count", BigInteger),
    Column("superseded_count", BigInteger),
    _instant("staged_at"),
    _instant("finished_at", nullable=True),
    _instant("dismissed_at", nullable=True),
    Column("dismissed_by", Text),
    Column("dismissed_reason", Text),
    CheckConstraint(
        "status in ('staged', 'accepted', 'rejected', 'replaced', 'dismissed', 'gone', 'lost')", name="status"
    ),
    Index(None, "source_id", "path"),
    schema="ops",
    comment="One row per delivered content of a file",
)

source_cursors = Table(
    "source_cursors",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("cursor_value", JSONB, nullable=False),
    _instant("updated_at"),
    schema="ops",
    comment="One row per sql source: how far it has been read",
)

validation_results = Table(
    "validation_results",
    metadata,
    Column("result_id", BigInteger, Identity(), primary_key=True),
    Column("run_id", Text),
    Column("source_id", Text, nullable=False),
    Column("file_id", Text),
    Column("content_hash", Text),
    Column("suite", Text, nullable=False),
    Column("expectation", Text, nullable=False),
    Column("column_name", Text),
    Column("success", Boolean, nullable=False),
    Column("element_count", BigInteger, nullable=False),
    Column("unexpected_count", BigInteger, nullable=False),
    Column("details", JSONB, nullable=False),
    _instant("validated_at"),
    Index(None, "source_id", "validated_at"),
    schema="ops",
    comment="One row per expectation and validated file",
)

quarantined_rows = Table(
    "quarantined_rows",
    metadata,
    Column("file_id", Text, primary_key=True),
    Column("content_hash", Text, primary_key=True),
    Column("row_number", BigInteger, primary_key=True, comment="1 is the first row of data"),
    Column("source_id", Text, nullable=False),
    Column("reasons", JSONB, nullable=False, comment="every reason, as text"),
    Column("raw", JSONB, nullable=False, comment="the row as delivered"),
    _instant("quarantined_at"),
    Index(None, "source_id", "quarantined_at"),
    schema="ops",
    comment="One row per refused row of a delivery",
)

# ---- marts ---------------------------------------------------------------------------------------------


def _value_columns() -> list[Column[object]]:
    """What a published value consists of, shared by the current values and their revisions."""
    return [
        _instant("period_end"),
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
    _instant("period_start", primary_key=True),
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
    _instant("period_start", primary_key=True),
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
    _instant("first_period_start"),
    schema="marts",
    comment="One row per published slice: the period it begins with",
)


event_coverage = Table(
    "event_coverage",
    metadata,
    Column("event", Text, primary_key=True),
    _instant("newest_at"),
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
    _instant("checked_in_at"),
    Index(None, "objective_id", "kr_id", "checked_in_at"),
    schema="ops",
    comment="One row per value typed in by hand for a key result without a metric",
)

# ---- alerting ------------------------------------------------------------------------------------------


def _alert_key_columns() -> list[Column[object]]:
    """What an incident is about; there is at most one open incident of each."""
    comments = {
        "subject_kind": "metric, objective, key_result, source, job, check or sensor",
        "subject_id": "of a key result <objective>/<key result>, of a check <asset>.<check>",
        "rule_id": "unique per subject",
        "slice": "'' is the total",
    }
    return [Column(name, Text, nullable=False, comment=comment) for name, comment in comments.items()]


incidents = Table(
    "incidents",
    metadata,
    Column("incident_id", BigInteger, Identity(), primary_key=True),
    *_alert_key_columns(),
    Column("state", Text, nullable=False, comment="pending, firing, acknowledged or resolved"),
    Column("severity", Text, nullable=False, comment="info, warning or critical: the gravest it had"),
    Column("title", Text, nullable=False, comment="one line for people, without mark-up"),
    Column("grain", Text),
    _instant("first_period_start", nullable=True),
    _instant("last_period_start", nullable=True),
    _instant("opened_at"),
    _instant("fired_at", nullable=True),
    _instant("acknowledged_at", nullable=True),
    Column("acknowledged_by", Text),
    _instant("resolved_at", nullable=True),
    Column("resolved_by", Text, comment="who ended it by hand; null: evaluation"),
    Column(
        "is_untold",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="it fired and was over within one evaluation, and its telling is not queued yet",
    ),
    Column("publication_id", BigInteger, comment="whose numbers opened it"),
    Column("evidence", JSONB, nullable=False, comment="value, threshold, baseline, change, contributions …"),
    Column("channels", JSONB, nullable=False, comment="whom to tell, as the rule named them"),
    Column("playbooks", JSONB, nullable=False),
    Column("renotify_seconds", BigInteger, comment="null: tell once"),
    Column("label", Text, comment="anomaly, expected or false_alarm, as people judged it"),
    CheckConstraint("state in ('pending', 'firing', 'acknowledged', 'resolved')", name="state"),
    CheckConstraint("severity in ('info', 'warning', 'critical')", name="severity"),
    CheckConstraint("label in ('anomaly', 'expected', 'false_alarm')", name="label"),
    Index(
        "uq_incidents_open",
        "subject_kind",
        "subject_id",
        "rule_id",
        "slice",
        unique=True,
        postgresql_where=text("state <> 'resolved'"),
    ),
    Index("ix_incidents_untold", "incident_id", postgresql_where=text("is_untold")),
    Index(None, "subject_id", "opened_at"),
    Index(None, "opened_at"),
    schema="ops",
    comment="One row per incident: something that somebody should know, from its beginning to its end",
)

incident_events = Table(
    "incident_events",
    metadata,
    Column("event_id", BigInteger, Identity(), primary_key=True),
    Column(
        "incident_id",
        BigInteger,
        ForeignKey(incidents.c.incident_id, ondelete="CASCADE"),
        nullable=False,
    ),
    Column(
        "event",
        Text,
        nullable=False,
        comment="opened, firing, escalated, (un)acknowledged, (un)silenced, renotified, labelled or resolved",
    ),
    _instant("happened_at"),
    Column("actor", Text, nullable=False, comment="mdl, or who did it"),
    Column("publication_id", BigInteger),
    Column("detail", JSONB, nullable=False),
    Index(None, "incident_id", "event_id"),
    schema="ops",
    comment="One row per step in the life of an incident",
)

silences = Table(
    "silences",
    metadata,
    Column("silence_id", BigInteger, Identity(), primary_key=True),
    Column("subject_kind", Text, comment="null: any"),
    Column("subject_id", Text, comment="null: any"),
    Column("rule_id", Text, comment="null: any"),
    Column("slice", Text, comment="null: any; '' is the total"),
    _instant("starts_at"),
    _instant("ends_at"),
    Column("reason", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    _instant("created_at"),
    CheckConstraint("ends_at >= starts_at", name="order"),
    Index(None, "ends_at"),
    schema="ops",
    comment="One row per time in which nobody is told of matching incidents",
)

alert_outcomes = Table(
    "alert_outcomes",
    metadata,
    Column("outcome_id", BigInteger, Identity(), primary_key=True),
    *_alert_key_columns(),
    Column("outcome", Text, nullable=False, comment="met, not_met, no_data, error or suppressed"),
    Column("reason", Text, comment="why there was no verdict, or what holds it back"),
    Column("grain", Text),
    _instant("period_start", nullable=True),
    Column("value", Double),
    Column("first_publication_id", BigInteger),
    Column("last_publication_id", BigInteger),
    _instant("first_evaluated_at"),
    _instant("last_evaluated_at"),
    Column("evaluations", BigInteger, nullable=False, comment="with this outcome, one after the other"),
    Column("is_current", Boolean, nullable=False, comment="the newest of its key"),
    CheckConstraint("outcome in ('met', 'not_met', 'no_data', 'error', 'suppressed')", name="outcome"),
    Index(
        "uq_alert_outcomes_current",
        "subject_kind",
        "subject_id",
        "rule_id",
        "slice",
        unique=True,
        postgresql_where=text("is_current"),
    ),
    Index(None, "last_evaluated_at"),
    schema="ops",
    comment="One row per unbroken series of the same outcome of a rule and slice; period and value are its newest",
)

alert_evaluations = Table(
    "alert_evaluations",
    metadata,
    Column("evaluation_id", BigInteger, Identity(), primary_key=True),
    Column("publication_id", BigInteger, nullable=False),
    Column("catalog_version", BigInteger),
    _instant("as_of"),
    _instant("evaluated_at"),
    Column("duration_ms", Double, nullable=False),
    Column("met", Integer, nullable=False),
    Column("not_met", Integer, nullable=False),
    Column("no_data", Integer, nullable=False),
    Column("error", Integer, nullable=False),
    Column("suppressed", Integer, nullable=False),
    Index(None, "publication_id"),
    Index(None, "evaluated_at"),
    schema="ops",
    comment="One row per evaluation of all rules on the numbers of a publication",
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", BigInteger, Identity(), primary_key=True),
    Column(
        "incident_id",
        BigInteger,
        ForeignKey(incidents.c.incident_id, ondelete="CASCADE"),
        nullable=False,
    ),
    Column(
        "event",
        Text,
        nullable=False,
        comment="firing, escalated:<severity>, renotified:<n>, or resolved",
    ),
    Column("target", Text, nullable=False, comment="a channel as the catalog names it"),
    Column("state", Text, nullable=False, comment="waiting, sending, delivered, withdrawn or dead"),
    Column("message_key", Text, comment="identity of the message it is told in, the same at every attempt"),
    Column("severity", Text, comment="of the incident when a message that may have arrived was sent"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column(
        "is_repeat",
        Boolean,
        nullable=False,
        server_default="false",
        comment="an earlier attempt may have arrived",
    ),
    Column(
        "is_closed",
        Boolean,
        nullable=False,
        server_default="false",
        comment="of firing: that it ended is in the outbox too",
    ),
    _instant("created_at"),
    _instant("next_attempt_at"),
    _instant("sending_since", nullable=True),
    Column("sender", BigInteger, comment="advisory lock that the process holds for as long as it sends"),
    _instant("ended_at", nullable=True),
    Column("last_error", Text),
    UniqueConstraint("incident_id", "event", "target"),
    CheckConstraint("state in ('waiting', 'sending', 'delivered', 'withdrawn', 'dead')", name="state"),
    Index(
        "ix_deliveries_due",
        "next_attempt_at",
        postgresql_where=text("state in ('waiting', 'sending')"),
    ),
    Index(
        "ix_deliveries_not_closed",
        "incident_id",
        postgresql_where=text("event = 'firing' and not is_closed"),
    ),
    Index(None, "target", "sending_since"),
    schema="ops",
    comment="One row per event of an incident and target that is told: the outbox",
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", Text, primary_key=True, comment="of a sensor"),
    Column("expected_every_seconds", Integer, nullable=False),
    _instant("last_succeeded_at", nullable=True),
    _instant("last_failed_at", nullable=True),
    Column("failures", Integer, nullable=False, comment="in a row"),
    Column("last_error", Text),
    schema="ops",
    comment="One row per sensor that watches: when it last did its work",
)

# ---- identity ------------------------------------------------------------------------------------------

users = Table(
    "users",
    metadata,
    Column("user_id", BigInteger, Identity(), primary_key=True),
    Column("username", Text, nullable=False, unique=True, comment="lower case"),
    Column("role", Text, nullable=False, comment="viewer, editor or admin"),
    Column("password_hash", Text, nullable=False, comment="argon2id"),
    Column("must_change_password", Boolean, nullable=False, default=False),
    Column("is_active", Boolean, nullable=False, default=True),
    Column(
        "failed_sign_ins",
        Integer,
        nullable=False,
        default=0,
        comment="in a row, from places that the user never signed in from",
    ),
    _instant("locked_until", nullable=True),
    _instant("created_at"),
    _instant("last_sign_in_at", nullable=True),
    schema="identity",
    comment="One row per person who may sign in",
)

sign_in_places = Table(
    "sign_in_places",
    metadata,
    Column("user_id", BigInteger, ForeignKey(users.c.user_id, ondelete="CASCADE"), primary_key=True),
    Column("place", Text, primary_key=True, comment="address; of IPv6 the network of 64 bits"),
    Column("failures", Integer, nullable=False, comment="in a row"),
    _instant("locked_until", nullable=True),
    _instant("last_failure_at", nullable=True),
    _instant("last_sign_in_at", nullable=True),
    schema="identity",
    comment="One row per user and place that somebody tried to sign in from under the user's name",
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", Text, primary_key=True, comment="claim sid of its tokens"),
    Column("user_id", BigInteger, ForeignKey(users.c.user_id, ondelete="CASCADE"), nullable=False),
    Column("refresh_id", Text, nullable=False, comment="claim jti of the one refresh token not yet spent"),
    _instant("created_at"),
    _instant("expires_at"),
    _instant("revoked_at", nullable=True),
    Column("revoked_because", Text, comment="logout, reuse, password or administrator"),
    Index(None, "user_id"),
    schema="identity",
    comment="One row per sign-in: a family of refresh tokens, each made from the one before",
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("user_id", BigInteger, ForeignKey(users.c.user_id, ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("key_hash", Text, nullable=False, unique=True, comment="sha256 of the whole key"),
    Column("role", Text, nullable=False, comment="never more than its owner's"),
    _instant("created_at"),
    _instant("expires_at"),
    _instant("revoked_at", nullable=True),
    _instant("last_used_at", nullable=True),
    Index(None, "user_id"),
    schema="identity",
    comment="One row per key that a program presents instead of signing in",
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("entry_id", BigInteger, Identity(), primary_key=True),
    _instant("happened_at"),
    Column("actor", Text, nullable=False, comment="user:<name>, key:<id> of user:<name>, or anonymous"),
    Column("action", Text, nullable=False, comment="such as sign_in, sign_in_refused, metric.update"),
    Column("target", Text, nullable=False),
    Column("outcome", Text, nullable=False, comment="done or refused"),
    Column("detail", JSONB, nullable=False, comment="never a secret"),
    Column("address", Text),
    Column("request_id", Text),
    Index(None, "happened_at"),
    schema="identity",
    comment="One row per write and per attempt to sign in",
)

idempotent_answers = Table(
    "idempotent_answers",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("idempotency_key", Text, primary_key=True),
    Column("request_hash", Text, nullable=False, comment="sha256 of method, path and body"),
    Column("status", Integer, comment="null while the first request is under way"),
    Column("headers", JSONB),
    Column("body", Text),
    _instant("created_at"),
    Index(None, "created_at"),
    schema="identity",
    comment="One row per Idempotency-Key of the last day and what was answered to it",
)

identity_state = Table(
    "state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False, comment="rises when who may do what changes"),
    CheckConstraint("id = 1", name="single_row"),
    schema="identity",
    comment="One row: what processes compare to learn that a user, session or key changed",
)
