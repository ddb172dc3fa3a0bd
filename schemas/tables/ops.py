"""Tables of what runs leave: publications, delivered files, cursors, refused rows and verdicts on data."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Identity, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from schemas.tables.base import instant, metadata

publications = Table(
    "publications",
    metadata,
    Column("publication_id", BigInteger, Identity(), primary_key=True),
    instant("published_at"),
    instant("created_at"),
    instant("as_of"),
    instant("data_through", nullable=True),
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
    instant("modified_at", nullable=True),
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
    instant("staged_at"),
    instant("finished_at", nullable=True),
    instant("dismissed_at", nullable=True),
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
    instant("updated_at"),
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
    instant("validated_at"),
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
    instant("quarantined_at"),
    Index(None, "source_id", "quarantined_at"),
    schema="ops",
    comment="One row per refused row of a delivery",
)
changed_settings = Table(
    "changed_settings",
    metadata,
    Column("name", Text, primary_key=True, comment="of the field, such as cache_ttl"),
    Column("value", Text, nullable=False, comment="as the environment would have it"),
    Column("changed_by", Text, nullable=False),
    instant("changed_at"),
    schema="ops",
    comment="One row per setting that an administrator changed while MDL runs",
)
server_state = Table(
    "server_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("settings_version", BigInteger, nullable=False, comment="rises when a setting is changed"),
    Column(
        "cache_version", BigInteger, nullable=False, comment="rises when kept answers are to be forgotten"
    ),
    CheckConstraint("id = 1", name="single_row"),
    schema="ops",
    comment="One row: what processes compare to learn that somebody changed how they serve",
)
