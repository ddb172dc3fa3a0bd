"""alerting

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "published_metrics",
        sa.Column(
            "events",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
            comment="that it is computed from, sorted",
        ),
        schema="marts",
    )
    op.create_table(
        "event_coverage",
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("newest_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_event_coverage")),
        schema="marts",
        comment="One row per event that metrics read: its newest occurrence when last published",
    )
    op.create_table(
        "alert_evaluations",
        sa.Column("evaluation_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.Column("catalog_version", sa.BigInteger(), nullable=True),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.Double(), nullable=False),
        sa.Column("met", sa.Integer(), nullable=False),
        sa.Column("not_met", sa.Integer(), nullable=False),
        sa.Column("no_data", sa.Integer(), nullable=False),
        sa.Column("error", sa.Integer(), nullable=False),
        sa.Column("suppressed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("evaluation_id", name=op.f("pk_alert_evaluations")),
        schema="ops",
        comment="One row per evaluation of all rules on the numbers of a publication",
    )
    op.create_index(
        op.f("ix_alert_evaluations_evaluated_at"),
        "alert_evaluations",
        ["evaluated_at"],
        unique=False,
        schema="ops",
    )
    op.create_index(
        op.f("ix_alert_evaluations_publication_id"),
        "alert_evaluations",
        ["publication_id"],
        unique=False,
        schema="ops",
    )
    op.create_table(
        "alert_outcomes",
        sa.Column("outcome_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "subject_kind",
            sa.Text(),
            nullable=False,
            comment="metric, objective, key_result, source, job, check or sensor",
        ),
        sa.Column(
            "subject_id",
            sa.Text(),
            nullable=False,
            comment="of a key result <objective>/<key result>, of a check <asset>.<check>",
        ),
        sa.Column("rule_id", sa.Text(), nullable=False, comment="unique per subject"),
        sa.Column("slice", sa.Text(), nullable=False, comment="'' is the total"),
        sa.Column("outcome", sa.Text(), nullable=False, comment="met, not_met, no_data, error or suppressed"),
        sa.Column(
            "reason", sa.Text(), nullable=True, comment="why there was no verdict, or what holds it back"
        ),
        sa.Column("grain", sa.Text(), nullable=True),
        sa.Column("period_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("first_publication_id", sa.BigInteger(), nullable=True),
        sa.Column("last_publication_id", sa.BigInteger(), nullable=True),
        sa.Column("first_evaluated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_evaluated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "evaluations", sa.BigInteger(), nullable=False, comment="with this outcome, one after the other"
        ),
        sa.Column("is_current", sa.Boolean(), nullable=False, comment="the newest of its key"),
        sa.CheckConstraint(
            "outcome in ('met', 'not_met', 'no_data', 'error', 'suppressed')",
            name=op.f("ck_alert_outcomes_outcome"),
        ),
        sa.PrimaryKeyConstraint("outcome_id", name=op.f("pk_alert_outcomes")),
        schema="ops",
        comment="One row per unbroken series of the same outcome of a rule and slice; period and value are its newest",
    )
    op.create_index(
        op.f("ix_alert_outcomes_last_evaluated_at"),
        "alert_outcomes",
        ["last_evaluated_at"],
        unique=False,
        schema="ops",
    )
    op.create_index(
        "uq_alert_outcomes_current",
        "alert_outcomes",
        ["subject_kind", "subject_id", "rule_id", "slice"],
        unique=True,
        schema="ops",
        postgresql_where=sa.text("is_current"),
    )
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.Text(), nullable=False, comment="of a sensor"),
        sa.Column("expected_every_seconds", sa.Integer(), nullable=False),
        sa.Column("last_succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False, comment="in a row"),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
        schema="ops",
        comment="One row per sensor that watches: when it last did its work",
    )
    op.create_table(
        "incidents",
        sa.Column("incident_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "subject_kind",
            sa.Text(),
            nullable=False,
            comment="metric, objective, key_result, source, job, check or sensor",
        ),
        sa.Column(
            "subject_id",
            sa.Text(),
            nullable=False,
            comment="of a key result <objective>/<key result>, of a check <asset>.<check>",
        ),
        sa.Column("rule_id", sa.Text(), nullable=False, comment="unique per subject"),
        sa.Column("slice", sa.Text(), nullable=False, comment="'' is the total"),
        sa.Column("state", sa.Text(), nullable=False, comment="pending, firing, acknowledged or resolved"),
        sa.Column(
            "severity", sa.Text(), nullable=False, comment="info, warning or critical: the gravest it had"
        ),
        sa.Column("title", sa.Text(), nullable=False, comment="one line for people, without mark-up"),
        sa.Column("grain", sa.Text(), nullable=True),
        sa.Column("first_period_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_period_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("publication_id", sa.BigInteger(), nullable=True, comment="whose numbers opened it"),
        sa.Column(
            "evidence",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="value, threshold, baseline, change, contributions …",
        ),
        sa.Column(
            "channels",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="whom to tell, as the rule named them",
        ),
        sa.Column("playbooks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("renotify_seconds", sa.BigInteger(), nullable=True, comment="null: tell once"),
        sa.Column(
            "label", sa.Text(), nullable=True, comment="anomaly, expected or false_alarm, as people judged it"
        ),
        sa.CheckConstraint(
            "label in ('anomaly', 'expected', 'false_alarm')", name=op.f("ck_incidents_label")
        ),
        sa.CheckConstraint("severity in ('info', 'warning', 'critical')", name=op.f("ck_incidents_severity")),
        sa.CheckConstraint(
            "state in ('pending', 'firing', 'acknowledged', 'resolved')", name=op.f("ck_incidents_state")
        ),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_incidents")),
        schema="ops",
        comment="One row per incident: something that somebody should know, from its beginning to its end",
    )
    op.create_index(op.f("ix_incidents_opened_at"), "incidents", ["opened_at"], unique=False, schema="ops")
    op.create_index(
        op.f("ix_incidents_subject_id_opened_at"),
        "incidents",
        ["subject_id", "opened_at"],
        unique=False,
        schema="ops",
    )
    op.create_index(
        "uq_incidents_open",
        "incidents",
        ["subject_kind", "subject_id", "rule_id", "slice"],
        unique=True,
        schema="ops",
        postgresql_where=sa.text("state <> 'resolved'"),
    )
    op.create_table(
        "silences",
        sa.Column("silence_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=True, comment="null: any"),
        sa.Column("subject_id", sa.Text(), nullable=True, comment="null: any"),
        sa.Column("rule_id", sa.Text(), nullable=True, comment="null: any"),
        sa.Column("slice", sa.Text(), nullable=True, comment="null: any; '' is the total"),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("ck_silences_order")),
        sa.PrimaryKeyConstraint("silence_id", name=op.f("pk_silences")),
        schema="ops",
        comment="One row per time in which nobody is told of matching incidents",
    )
    op.create_index(op.f("ix_silences_ends_at"), "silences", ["ends_at"], unique=False, schema="ops")
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "event",
            sa.Text(),
            nullable=False,
            comment="firing, escalated:<severity>, renotified:<n>, or resolved",
        ),
        sa.Column("target", sa.Text(), nullable=False, comment="a channel as the catalog names it"),
        sa.Column(
            "state", sa.Text(), nullable=False, comment="waiting, sending, delivered, withdrawn or dead"
        ),
        sa.Column(
            "message_key",
            sa.Text(),
            nullable=True,
            comment="identity of the message it is told in, the same at every attempt",
        ),
        sa.Column(
            "severity",
            sa.Text(),
            nullable=True,
            comment="of the incident when a message that may have arrived was sent",
        ),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "is_repeat",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="an earlier attempt may have arrived",
        ),
        sa.Column(
            "is_closed",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="of firing: that it ended is in the outbox too",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sending_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "sender",
            sa.BigInteger(),
            nullable=True,
            comment="advisory lock that the process holds for as long as it sends",
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'sending', 'delivered', 'withdrawn', 'dead')",
            name=op.f("ck_deliveries_state"),
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["ops.incidents.incident_id"],
            name=op.f("fk_deliveries_incident_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint(
            "incident_id", "event", "target", name=op.f("uq_deliveries_incident_id_event_target")
        ),
        schema="ops",
        comment="One row per event of an incident and target that is told: the outbox",
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["next_attempt_at"],
        unique=False,
        schema="ops",
        postgresql_where=sa.text("state in ('waiting', 'sending')"),
    )
    op.create_index(
        "ix_deliveries_not_closed",
        "deliveries",
        ["incident_id"],
        unique=False,
        schema="ops",
        postgresql_where=sa.text("event = 'firing' and not is_closed"),
    )
    op.create_index(
        op.f("ix_deliveries_target_sending_since"),
        "deliveries",
        ["target", "sending_since"],
        unique=False,
        schema="ops",
    )
    op.create_table(
        "incident_events",
        sa.Column("event_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "event",
            sa.Text(),
            nullable=False,
            comment="opened, firing, escalated, (un)acknowledged, (un)silenced, renotified, labelled or resolved",
        ),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False, comment="mdl, or who did it"),
        sa.Column("publication_id", sa.BigInteger(), nullable=True),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["ops.incidents.incident_id"],
            name=op.f("fk_incident_events_incident_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_incident_events")),
        schema="ops",
        comment="One row per step in the life of an incident",
    )
    op.create_index(
        op.f("ix_incident_events_incident_id_event_id"),
        "incident_events",
        ["incident_id", "event_id"],
        unique=False,
        schema="ops",
    )
