"""What a report tells of a metric that its audience may not read: its name, and that it is restricted."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, create_engine, text

from core.clock import wall_now
from reports.cells import Restricted, Sparkline, Status
from reports.documents.contents.document import ReportRequest, read_report
from reports.documents.model import Period, ReportDocument
from reports.publications import reading
from schemas.documents.documents import Report
from tests.build_incidents import add_event
from tests.build_marts import utc
from tests.integration.webapi.access.test_readers import SECRETS, guard

DAY = Period("day", utc("2026-03-02"), utc("2026-03-03"))
HELD_BACK = "4711"
AUDIENCES = {
    "viewer": {"role": "viewer"},
    "editor": {"role": "editor"},
    "other team": {"role": "editor", "team": "support"},
    "owner": {"role": "viewer", "team": "sales"},
    "admin": {"role": "admin"},
}
SEE = ("owner", "admin")


@pytest.fixture
def guarded(own_url: str) -> Iterator[Engine]:
    """The shop whose revenue is restricted to sales, with secrets wherever a report might look."""
    engine = create_engine(own_url, connect_args={"options": "-c timezone=UTC"})
    with engine.begin() as connection:
        guard(connection)
        for incident_id in connection.scalars(text("select incident_id from ops.incidents")).all():
            add_event(connection, incident_id, event="firing")
        connection.execute(text("update ops.incidents set first_period_start = '2026-03-02+00'"))
        # refused rows and why, and what was restated
        connection.execute(
            text("update ops.quarantined_rows set reasons = jsonb_build_array(cast(:word as text))"),
            {"word": SECRETS[3]},
        )
        connection.execute(
            text(
                "insert into marts.metric_value_revisions select v.metric_id, v.grain, v.slice, v.period_start, "
                "v.period_end, v.is_complete, v.value + 1, v.numerator, v.denominator, v.sample_count, v.is_carried, "
                "v.status, v.previous_value, v.change_pct, v.baseline_value, v.definition_version, v.definition_hash, "
                "0, v.publication_id from marts.metric_values v where v.metric_id = 'revenue'"
            )
        )
    yield engine
    engine.dispose()


def read(engine: Engine, audience: str, **stated: object) -> ReportDocument:
    report = Report.model_validate(
        {"report_id": "daily", "name": "Daily", "audience": AUDIENCES[audience], **stated}
    )
    with reading(engine) as connection:
        return read_report(connection, ReportRequest(report, DAY, None, wall_now()))


def told_in(document: ReportDocument) -> list[str]:
    """Secrets that are anywhere in a document, charts and cover included."""
    return [secret for secret in (*SECRETS, HELD_BACK) if secret in repr(document)]


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("scope", [{}, {"metrics": ["revenue", "average-order"]}, {"objectives": ["SELL"]}])
def test_secrets_are_told_to_an_audience_that_may_read_them_and_to_no_other(
    guarded: Engine, audience: str, scope: dict[str, list[str]]
) -> None:
    document = read(guarded, audience, scope=scope)
    if audience in SEE:
        assert SECRETS[0] in told_in(document)
        assert document.hidden == ()
        assert "revenue" in document.metrics
    else:
        assert told_in(document) == []
        assert document.hidden == ("revenue",)
        assert "revenue" not in document.metrics


def test_a_restricted_metric_stands_by_name_with_its_definition_alone(guarded: Engine) -> None:
    document = read(guarded, "viewer")
    tables = {each.name: each for found in document.all_sections() for each in found.tables}
    (line,) = [row for row in tables["metrics"].rows if getattr(row["metric"], "note", "") == "revenue"]
    assert {name: cell for name, cell in line.items() if name != "metric"} == {
        "status": Status("restricted"),
        "value": Restricted(),
    }
    assert not any(isinstance(cell, Sparkline) for cell in line.values())
    assert "metric-revenue" not in tables
    (described,) = [row for row in tables["glossary"].rows if getattr(row["metric"], "note", "") == "revenue"]
    assert (described["formula"], described["hash"]) == ("SUM(order.value)", None)
    (result,) = tables["objective-SELL"].rows
    assert (result["status"], result["progress"], result["current"]) == (
        Status("restricted"),
        Restricted(),
        Restricted(),
    )


def test_incidents_of_restricted_metrics_stand_by_their_subject(guarded: Engine) -> None:
    tables = {each.name: each for found in read(guarded, "viewer").all_sections() for each in found.tables}
    titles = {getattr(row["incident"], "value", "") for row in tables["incidents"].rows}
    assert {"revenue: restricted", "SELL: restricted", "SELL/REVENUE: restricted"} <= titles
    assert len(tables["incidents"].rows) == 10


def test_the_document_is_equal_for_the_same_audience_and_another_for_another(guarded: Engine) -> None:
    first, again = (read(guarded, "viewer").sections for _ in range(2))
    assert first == again != read(guarded, "admin").sections
    assert DAY.end - DAY.start == timedelta(days=1)
