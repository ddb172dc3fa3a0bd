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
    Column("delivery", BigInteger, Identity(), nullable=False, comment="order of arrival"),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("row_count", BigInteger),
    Column("accepted_count", BigInteger),
    Column("quarantined_count", BigInteger),
    Column("superseded_count", BigInteger),
    _instant("staged_at"),
    _instant("finished_at", nullable=True),
    CheckConstraint("status in ('staged', 'accepted', 'rejected', 'replaced')", name="status"),
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
        Computed("metrics_ok + metrics_warning + metrics_critical + metrics_no_data"),
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
    Column("failed_sign_ins", Integer, nullable=False, default=0, comment="in a row"),
    _instant("locked_until", nullable=True),
    _instant("created_at"),
    _instant("last_sign_in_at", nullable=True),
    schema="identity",
    comment="One row per person who may sign in",
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
