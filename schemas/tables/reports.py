"""Tables of reports: each that was due or asked for with how it ended, and the files that were made for it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from schemas.tables.base import instant, metadata
from schemas.tables.ops import publications

report_runs = Table(
    "report_runs",
    metadata,
    Column("run_id", BigInteger, Identity(), primary_key=True),
    Column("report_id", Text, nullable=False),
    Column("grain", Text, nullable=False),
    Column(
        "period_label",
        Text,
        nullable=False,
        comment="its first day by the clock of its report; of less than a day its first minute in UTC",
    ),
    instant("period_start"),
    instant("period_end"),
    Column(
        "edition",
        Integer,
        nullable=False,
        server_default="1",
        comment="1 is the one that was due; somebody asked for the others",
    ),
    Column("asked_by", Text, comment="who asked for it; null where it was due by its schedule"),
    instant("due_at"),
    instant("wait_until"),
    Column("state", Text, nullable=False, comment="waiting, made, sent, withheld or failed"),
    Column("reason", Text, comment="why it waits, was withheld or failed; in words"),
    Column("publication_id", BigInteger, ForeignKey(publications.c.publication_id)),
    Column("definition_hash", Text, comment="of the report's document as it was rendered"),
    Column("audience", JSONB(none_as_null=True), comment="role and team it was rendered for"),
    Column(
        "shows_restricted",
        Boolean,
        nullable=False,
        server_default="false",
        comment="it shows numbers that not every viewer may read",
    ),
    Column("contents", JSONB(none_as_null=True), comment="every number and word of it"),
    Column("attempts", Integer, nullable=False, server_default="0", comment="to make it, begun by now"),
    instant("next_attempt_at", nullable=True),
    instant("made_at", nullable=True),
    instant("ended_at", nullable=True),
    UniqueConstraint("report_id", "grain", "period_label", "edition"),
    CheckConstraint("state in ('waiting', 'made', 'sent', 'withheld', 'failed')", name="state"),
    Index("ix_report_runs_open", "due_at", postgresql_where=text("state in ('waiting', 'made')")),
    schema="ops",
    comment="One row per report and period that was due, and per edition that somebody asked for",
)
report_archive = Table(
    "report_archive",
    metadata,
    Column(
        "run_id",
        BigInteger,
        ForeignKey(report_runs.c.run_id, ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("name", Text, primary_key=True, comment="of the file, such as weekly-2026-W12.pdf"),
    Column(
        "format", Text, nullable=False, comment="html, text, pdf, xlsx, or image for pictures of the mail"
    ),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("content_hash", Text, nullable=False, comment="sha256 of the bytes"),
    Column("size_bytes", BigInteger, nullable=False),
    schema="ops",
    comment="One row per file of a report that was made, as it was sent",
)
