"""Tables of the catalog: documents as they stand, each of their revisions, and the state of the whole."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from schemas.tables.base import instant, metadata

catalog_documents = Table(
    "documents",
    metadata,
    Column("kind", Text, primary_key=True, comment="source, domain, objective, metric or report"),
    Column("document_id", Text, primary_key=True),
    Column("version", Text, nullable=False, comment="semantic version of the current content"),
    Column("revision", Integer, nullable=False, comment="1, 2, 3 … per document"),
    Column("content_hash", Text, nullable=False, comment="sha256 of the canonical JSON"),
    Column("content", JSONB, nullable=False),
    instant("updated_at"),
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
    instant("changed_at"),
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
