"""How long files and contents of reports are kept, and what stays of them for ever."""

from datetime import timedelta

from sqlalchemy import Engine, func, select

from core.settings import Settings
from pipelines.upkeep import forget_reports
from schemas.tables import report_archive, report_runs
from tests.build_reports import NEXT, add_file, add_run


def kept(engine: Engine) -> list[tuple[str, bool, int]]:
    """State of each run, whether its contents are there, and how many files."""
    files = select(func.count()).where(report_archive.c.run_id == report_runs.c.run_id).scalar_subquery()
    wanted = select(report_runs.c.state, report_runs.c.contents.is_not(None), files)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(wanted.order_by(report_runs.c.run_id))]  # type: ignore[misc]


def test_files_and_contents_go_as_the_setting_says_and_what_became_of_them_stays(
    database: Engine, settings: Settings
) -> None:
    ended = NEXT + timedelta(hours=8)
    with database.begin() as connection:
        states = ((31, "sent"), (31, "failed"), (31, "made"), (29, "sent"), (31, "withheld"))
        for edition, (days, state) in enumerate(states, 1):
            at = ended - timedelta(days=days)
            run_id = add_run(
                connection,
                edition=edition,
                state=state,
                made_at=None if state == "withheld" else at,
                ended_at=None if state == "made" else at,
            )
            if state != "withheld":
                add_file(connection, run_id)
                add_file(connection, run_id, "weekly.xlsx")
    everything = kept(database)
    assert forget_reports(database, settings, ended) == {}, "by default for ever"
    assert kept(database) == everything
    bounded = settings.model_copy(update={"keep_report_days": 30})
    assert forget_reports(database, bounded, ended)["report_files"] == 4
    gone, whole = (False, 0), (True, 2)
    assert kept(database) == [
        ("sent", *gone),
        ("failed", *gone),
        # it is still to be delivered, with its files
        ("made", *whole),
        ("sent", *whole),
        ("withheld", *gone),
    ]
    assert forget_reports(database, bounded, ended)["report_files"] == 0
