"""`mdl report archive`: the list, a file as it was sent, and its entry in the audit log."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select

from cli.main import cli
from reports.errors import DamagedFileError, NoLongerKeptError, UnknownRunError
from schemas.tables import audit_log, report_archive
from tests.build_reports import add_file, add_report_delivery, add_run


@pytest.fixture(autouse=True)
def _configured(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDL_DATABASE_URL", database_url)
    monkeypatch.setenv("MDL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOGNAME", "ann")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["report", "archive", *arguments], catch_exceptions=True)


def printed(*arguments: str) -> str:
    done = run(*arguments)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def test_what_was_made_is_listed_of_all_reports_or_of_one(database: Engine) -> None:
    assert "nothing" in printed()
    with database.begin() as connection:
        sent = add_run(connection)
        add_file(connection, sent)
        add_report_delivery(connection, sent)
        add_run(connection, report_id="monthly", state="withheld", reason="orders are late")
    table = printed()
    assert "1 of 1" in table
    assert "week 2026-03-02" in table, "by the clock of the report's zone"
    assert "orders are late" in table
    [row] = json.loads(printed("weekly", "--format", "json"))
    assert (row["run_id"], row["files"][0]["name"], row["deliveries"]) == (
        sent,
        "weekly.pdf",
        {"delivered": 1},
    )
    [row] = json.loads(printed("--state", "withheld", "--format", "json"))
    assert row["report_id"] == "monthly"
    assert json.loads(printed("weekly", "--since", "2026-03-03", "--format", "json")) == []


@pytest.mark.parametrize("is_restricted", [True, False])
def test_a_file_is_fetched_byte_for_byte_and_noted_where_not_everyone_may_read_it(
    database: Engine,
    tmp_path: Path,
    is_restricted: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    with database.begin() as connection:
        run_id = add_run(connection, shows_restricted=is_restricted)
        content = add_file(connection, run_id)
    printed("get", str(run_id), "weekly.pdf", "--out", str(tmp_path))
    assert (tmp_path / "weekly.pdf").read_bytes() == content
    printed("get", str(run_id), "weekly.pdf", "--out", str(tmp_path / "new" / "copy"))
    assert (tmp_path / "new" / "copy").read_bytes() == content
    with database.connect() as connection:
        noted = connection.execute(select(audit_log.c.actor, audit_log.c.action, audit_log.c.target)).all()
    entry = ("cli:ann", "report.download", f"report_run:{run_id}")
    assert [tuple(each) for each in noted] == [entry, entry] * is_restricted


def test_what_cannot_be_fetched_or_checked_says_why(database: Engine, tmp_path: Path) -> None:
    with database.begin() as connection:
        run_id = add_run(connection, state="withheld")
        made = add_run(connection, edition=2)
        add_file(connection, made)
        connection.execute(report_archive.update().values(content=b"other"))
    out = ("--out", str(tmp_path))
    assert isinstance(run("get", str(run_id), "weekly.pdf", *out).exception, UnknownRunError)
    assert isinstance(run("get", "99", "weekly.pdf", *out).exception, UnknownRunError)
    damaged = run("get", str(made), "weekly.pdf", *out).exception
    assert isinstance(damaged, DamagedFileError)
    assert f"`mdl report archive check {made}`" in str(damaged)
    assert isinstance(run("check", str(run_id)).exception, NoLongerKeptError)
    assert list(tmp_path.glob("weekly*")) == []
