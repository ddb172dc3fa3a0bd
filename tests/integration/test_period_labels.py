"""What was in the books of reports before their periods had labels gets them, and none is lost."""

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from schemas.migrate import alembic_config

ENTER = """
insert into ops.report_runs (report_id, grain, period_start, period_end, edition, due_at, wait_until, state, contents)
values (:id, :grain, :start, :start, :edition, :start, :start, 'sent', cast(:contents as jsonb))
"""
RUNS = [
    ("twice", "week", "2026-03-02 00:00Z", 1, '{"cover": {"timezone": "UTC"}}'),
    ("twice", "week", "2026-03-02 05:00Z", 1, '{"cover": {"timezone": "America/New_York"}}'),
    ("twice", "week", "2026-03-02 00:00Z", 2, '{"cover": {"timezone": "UTC"}}'),
    ("berlin", "day", "2026-03-01 23:00Z", 1, None),
    ("edited", "day", "2026-03-02 00:00Z", 1, '{"cover": {"timezone": "America/New_York"}}'),
    ("odd", "month", "2026-03-01 00:00Z", 1, '{"cover": {"timezone": "Nowhere/Land"}}'),
    ("hours", "hour", "2026-11-01 05:00Z", 1, '{"cover": {"timezone": "America/New_York"}}'),
    ("hours", "hour", "2026-11-01 06:00Z", 1, '{"cover": {"timezone": "America/New_York"}}'),
]
BERLIN = """
insert into catalog.documents (kind, document_id, revision, version, content, content_hash, updated_at, is_deleted)
values ('report', 'berlin', 1, '1.0.0', '{"timezone": "Europe/Berlin"}', 'h', now(), false)
"""


def test_old_runs_are_labelled_by_the_zone_they_had_and_a_period_entered_twice_becomes_an_edition(
    database: Engine,
) -> None:
    with database.begin() as connection:
        config = alembic_config(connection)
        before = ScriptDirectory.from_config(config).get_revision("0014").down_revision
        command.downgrade(config, str(before))
        connection.exec_driver_sql(BERLIN)
        for report_id, grain, start, edition, contents in RUNS:
            given = {"id": report_id, "grain": grain, "start": start, "edition": edition}
            connection.execute(text(ENTER), given | {"contents": contents})
        command.upgrade(config, "head")
        found = connection.execute(
            text("select report_id, period_label, edition from ops.report_runs order by run_id")
        ).all()
        assert [tuple(each) for each in found] == [
            ("twice", "2026-03-02", 1),
            ("twice", "2026-03-02", 2),
            ("twice", "2026-03-02", 3),
            ("berlin", "2026-03-02", 1),
            ("edited", "2026-03-02", 1),
            ("odd", "2026-03-01", 1),
            ("hours", "2026-11-01T05:00Z", 1),
            ("hours", "2026-11-01T06:00Z", 1),
        ]
        command.downgrade(config, str(before))
        command.upgrade(config, "head")
