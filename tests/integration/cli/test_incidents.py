import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select

from cli.main import cli
from core.errors import PermanentError
from schemas.alerting.errors import IncidentStateError, UnknownIncidentError
from schemas.catalog.store import apply
from schemas.documents.documents import Catalog
from schemas.tables import audit_log, incidents
from tests.build_incidents import NOW, add_delivery, add_incident, add_outcome
from tests.build_marts import metric


@pytest.fixture(autouse=True)
def _configured(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDL_DATABASE_URL", database_url)
    monkeypatch.setenv("MDL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MDL_TIMEZONE", "America/New_York")
    monkeypatch.setenv("LOGNAME", "ann")


@pytest.fixture
def add(database: Engine) -> Callable[..., int]:
    """Adds an incident and commits it."""

    def added(**fields: Any) -> int:
        with database.begin() as connection:
            return add_incident(connection, **fields)

    return added


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["incidents", *arguments], catch_exceptions=True)


def printed(*arguments: str) -> str:
    done = run(*arguments)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def test_incidents_are_listed_in_every_format(add: Callable[..., int]) -> None:
    first = add(title="Revenue \x1b[31m is low")
    add(state="resolved", fired_at=None, slice="country=DE")
    table = printed()
    assert "Revenue \ufffd[31m is low" in table
    assert "2026-03-04 06:00" in table  # 11:00 UTC in New York
    [row] = json.loads(printed("--severity", "warning", "--format", "json"))
    assert (row["incident_id"], row["opened_at"]) == (first, "2026-03-04T11:00:00+00:00")
    [row] = csv.DictReader(io.StringIO(printed("--since", "2026-03-04T06:00", "--format", "csv")))
    assert json.loads(row["evidence"]) == {"value": 4.0, "warning_threshold": 15.0}
    assert len(json.loads(printed("--state", "all", "--format", "json"))) == 2
    assert "nothing" in printed("--until", "2026-03-04T06:00")


def test_one_incident_is_shown_with_its_history_and_deliveries(
    add: Callable[..., int], database: Engine
) -> None:
    incident_id = add()
    with database.begin() as connection:
        add_delivery(connection, incident_id)
    text = printed("show", str(incident_id))
    for part in ("evidence: value", "opened", "slack:#sales", "delivered"):
        assert part in text
    [row] = json.loads(printed("show", str(incident_id), "--format", "json"))
    assert [step["event"] for step in row["events"]] == ["opened"]


def test_what_is_done_at_the_command_line_bears_the_users_name(
    add: Callable[..., int], database: Engine
) -> None:
    incident_id = str(add())
    printed("acknowledge", incident_id, "--note", "on it")
    printed("label", incident_id, "anomaly")
    printed("silence", incident_id, "--for", "4h", "--reason", "deploying")
    assert "deploying" in printed("silences")
    printed("end-silence", "1")
    assert printed("silences") == "Silences: nothing\n"
    with database.connect() as connection:
        row = connection.execute(select(incidents)).one()
        logged = connection.execute(select(audit_log.c.actor, audit_log.c.action)).all()
    assert (row.state, row.acknowledged_by, row.label) == ("acknowledged", "cli:ann", "anomaly")
    actions = ["incident.acknowledge", "incident.label", "incident.silence", "silence.end"]
    assert logged == [("cli:ann", action) for action in actions]
    printed("unacknowledge", incident_id)
    printed("label", incident_id, "none")


def test_exit_codes_tell_usage_from_what_cannot_be_done(add: Callable[..., int]) -> None:
    incident_id = str(add(state="resolved"))
    for usage in (
        ["silence", incident_id, "--reason", "x"],
        ["silence", incident_id, "--reason", "x", "--for", "soon"],
        ["silence", incident_id, "--reason", "x", "--for", "4h", "--until", "2026-03-05"],
        ["label", incident_id, "boring"],
        ["--state", "gone"],
    ):
        assert run(*usage).exit_code == 2, usage
    for arguments, error in (
        (["acknowledge", incident_id], IncidentStateError),
        (["show", "99"], UnknownIncidentError),
        (["silence", incident_id, "--reason", "x", "--for", "100 days"], PermanentError),
    ):
        found = run(*arguments).exception
        assert isinstance(found, error)
        assert found.exit_code == 1


def test_rules_are_listed_with_their_outcomes(database: Engine) -> None:
    declared = metric(
        targets_and_alerts={
            "warning_threshold": 5,
            "alert_rules": [
                {"rule_id": "low", "condition": "value < 5"},
                {"rule_id": "broken", "condition": "value <"},
            ],
        }
    )
    catalog = Catalog(metrics={"METRIC-A": declared})
    apply(database, catalog, changed_by="ann", origin_of=lambda _kind, _id: "file:a", now=NOW)
    with database.begin() as connection:
        add_outcome(connection, subject_id="METRIC-A", rule_id="low", outcome="not_met")
    table = CliRunner().invoke(cli, ["alerts", "rules"], catch_exceptions=False).output
    assert "1 not_met" in table
    wanted = ["alerts", "rules", "METRIC-A", "--problem", "--format", "json"]
    found = CliRunner().invoke(cli, wanted, catch_exceptions=False)
    [row] = json.loads(found.output)
    assert (row["rule_id"], row["outcome"]) == ("broken", None)
    assert "never evaluated" in row["problem"]


def test_an_incident_is_resolved_with_a_reason(add: Callable[..., int], database: Engine) -> None:
    number = add()
    printed("resolve", str(number), "--reason", "the till was off")
    assert json.loads(printed("--state", "open", "--format", "json")) == []
    with database.connect() as connection:
        assert connection.execute(select(incidents.c.state)).scalar_one() == "resolved"
        noted = connection.execute(select(audit_log.c.action, audit_log.c.target)).all()
    assert noted == [("incident.resolve", f"incident:{number}")]
    assert isinstance(run("resolve", "99").exception, UnknownIncidentError)
