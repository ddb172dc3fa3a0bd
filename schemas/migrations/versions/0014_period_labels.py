"""periods of reports have a label that stays when the report's zone is another

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Twelve hours more: what was entered by another zone than the report has now is still of its own day.
LABELS = """
update ops.report_runs r set period_label = case
    when r.grain in ('minute', 'hour') then to_char(r.period_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"')
    else to_char((r.period_start at time zone z.zone) + interval '12 hours', 'YYYY-MM-DD')
end
from (
    select t.run_id, coalesce((
        select n.name from pg_timezone_names n where n.name = coalesce(
            t.contents->'cover'->>'timezone',
            (select d.content->>'timezone' from catalog.documents d
                where d.kind = 'report' and d.document_id = t.report_id),
            (select p.timezone from ops.publications p
                order by p.publication_id = t.publication_id desc nulls last, p.publication_id desc limit 1)
        )
    ), 'UTC') as zone
    from ops.report_runs t
) z
where z.run_id = r.run_id
"""
# Where a period was entered twice, its second run becomes another edition.
EDITIONS = """
update ops.report_runs r set edition = n.place
from (
    select run_id, row_number() over (
        partition by report_id, grain, period_label order by edition, run_id
    ) as place
    from ops.report_runs
) n
where n.run_id = r.run_id and n.place <> r.edition
"""


def upgrade() -> None:
    op.add_column(
        "report_runs",
        sa.Column(
            "period_label",
            sa.Text(),
            nullable=True,
            comment="its first day by the clock of its report; of less than a day its first minute in UTC",
        ),
        schema="ops",
    )
    op.execute(LABELS)
    op.drop_constraint(
        op.f("uq_report_runs_report_id_grain_period_start_edition"), "report_runs", schema="ops"
    )
    op.execute(EDITIONS)
    op.alter_column("report_runs", "period_label", nullable=False, schema="ops")
    op.create_unique_constraint(
        op.f("uq_report_runs_report_id_grain_period_label_edition"),
        "report_runs",
        ["report_id", "grain", "period_label", "edition"],
        schema="ops",
    )


def downgrade() -> None:
    op.drop_constraint(
        op.f("uq_report_runs_report_id_grain_period_label_edition"), "report_runs", schema="ops"
    )
    op.create_unique_constraint(
        op.f("uq_report_runs_report_id_grain_period_start_edition"),
        "report_runs",
        ["report_id", "grain", "period_start", "edition"],
        schema="ops",
    )
    op.drop_column("report_runs", "period_label", schema="ops")
