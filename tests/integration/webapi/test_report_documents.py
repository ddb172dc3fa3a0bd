"""Reports as documents over HTTP: everything that a kind has."""

from typing import Any

import pytest
import yaml
from sqlalchemy import create_engine, select

from schemas.tables import audit_log
from tests.integration.webapi.conftest import Asked

WEEKLY: dict[str, Any] = {
    "report_id": "weekly",
    "name": "Weekly scorecard",
    "owner_team": "ops",
    "scope": {"domains": ["SHOP"], "objectives": ["SELL"], "metrics": ["revenue"]},
    "schedule": "0 7 * * 1",
    "timezone": "America/New_York",
    "formats": ["html", "pdf"],
}
PATH = "/api/v1/reports/weekly"


def create(ask: Asked, role: str = "editor", **fields: Any) -> Any:
    return ask("POST", "/api/v1/reports", role, json={**WEEKLY, **fields})


def edit(ask: Asked, method: str, role: str = "editor", path: str = PATH, **options: Any) -> Any:
    tag = ask.get(path).headers["ETag"]
    return ask(method, path, role, headers={"If-Match": tag}, **options)


@pytest.fixture
def reporting(ask_own: Asked) -> Asked:
    """The shop with a weekly report."""
    assert create(ask_own).status_code == 201
    return ask_own


def test_a_report_is_created_read_and_listed(ask_own: Asked) -> None:
    answer = create(ask_own, cron=None, title=None)
    assert (answer.status_code, answer.headers["Location"]) == (201, PATH)
    assert answer.get_json()["warnings"] == []
    data = ask_own.get(PATH).get_json()["data"]
    assert (data["kind"], data["version"], data["content"]) == ("report", "1.0.0", WEEKLY)
    assert create(ask_own).status_code == 409
    assert (
        create(ask_own, report_id="monthly", grain="monthly", owner="sales", owner_team=None).status_code
        == 201
    )
    for query, found in (
        ("", ["monthly", "weekly"]),
        ("?sort=-id", ["weekly", "monthly"]),
        ("?grain=week", ["weekly"]),
        ("?grain=month", ["monthly"]),
        ("?owner_team=sales", ["monthly"]),
        ("?search=MONTHL", ["monthly"]),
    ):
        rows = ask_own.get(f"/api/v1/reports{query}").get_json()["data"]
        assert [row["id"] for row in rows] == found, query
    assert ask_own.get("/api/v1/reports?tier=1").status_code == 422


def test_only_those_with_the_role_may_change_a_report(reporting: Asked) -> None:
    assert create(reporting, role="viewer", report_id="mine").status_code == 403
    assert edit(reporting, "PATCH", role="viewer", json={"name": "X"}).status_code == 403
    assert edit(reporting, "DELETE", role="editor").status_code == 403


def test_a_change_wants_the_state_it_means_and_makes_a_version(reporting: Asked) -> None:
    assert reporting("PATCH", PATH, "editor", json={"name": "X"}).status_code == 428
    old = reporting.get(PATH).headers["ETag"]
    answer = edit(reporting, "PATCH", json={"audience": {"role": "editor"}, "paper": "letter"})
    assert (answer.status_code, answer.get_json()["data"]["version"]) == (200, "1.1.0")
    stale = reporting("PUT", PATH, "editor", headers={"If-Match": old}, json=WEEKLY)
    assert stale.status_code == 412
    answer = edit(reporting, "PUT", json={**WEEKLY, "description": "For Mondays"})
    assert answer.get_json()["data"]["content"] == {**WEEKLY, "description": "For Mondays"}
    history = reporting.get(f"{PATH}/history").get_json()["data"]
    assert [(each["version"], each["change"], each["changed_fields"]) for each in history] == [
        ("1.2.0", "minor", ["audience.role", "description", "paper"]),
        ("1.1.0", "minor", ["audience.role", "paper"]),
        ("1.0.0", "created", []),
    ]


def test_a_deleted_report_keeps_its_history_and_every_edit_is_in_the_audit_log(
    reporting: Asked, own_url: str
) -> None:
    assert edit(reporting, "DELETE", role="admin").status_code == 204
    assert reporting.get(PATH).status_code == 404
    changes = [each["change"] for each in reporting.get(f"{PATH}/history").get_json()["data"]]
    assert changes == ["deleted", "created"]
    engine = create_engine(own_url)
    with engine.connect() as connection:
        said = select(audit_log.c.action).where(audit_log.c.target == "report:weekly")
        assert list(connection.scalars(said.order_by(audit_log.c.entry_id))) == [
            "report.create",
            "report.delete",
        ]
    engine.dispose()


def test_every_fault_of_a_report_is_told_with_its_field(ask_own: Asked) -> None:
    def faults(**fields: Any) -> dict[str, str]:
        answer = create(ask_own, **fields)
        assert answer.status_code == 422, answer.text
        return {each["field"]: each["message"] for each in answer.get_json()["errors"]}

    assert set(faults(formats=["docx"], colour="red", audience={"role": "boss"})) == {
        "formats[0]",
        "audience.role",
    }
    assert set(faults(schedule="soon", timezone="Mars/Olympus", wait="long", channels=["pagerduty:x"])) == {
        "schedule",
        "timezone",
        "wait",
        "channels[0]",
    }
    assert "choose another id" in faults(report_id="archive")["report_id"]
    assert "did you mean 'schedule'?" in faults(shedule="0 7 * * 1")["shedule"]


def test_what_may_be_wrong_is_a_warning_and_the_report_is_stored(ask_own: Asked) -> None:
    scope = {"metrics": ["revenu"], "domains": ["shop"]}
    answer = create(ask_own, scope=scope, grain="month")
    assert answer.status_code == 201
    assert {each["field"]: each["message"].partition(";")[0] for each in answer.get_json()["warnings"]} == {
        "scope.metrics[0]": "no metric is called 'revenu'",
        "scope.domains[0]": "no domain is called 'shop'",
        "schedule": "it is due more than once a month, but made once for each month",
    }


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/v1/metrics/revenue", "scope.metrics[0]"),
        ("/api/v1/objectives/SELL", "scope.objectives[0]"),
        ("/api/v1/domains/SHOP", "scope.domains[0]"),
    ],
)
def test_what_a_report_names_cannot_be_deleted(reporting: Asked, path: str, field: str) -> None:
    answer = edit(reporting, "DELETE", role="admin", path=path)
    assert answer.status_code == 409
    assert "report weekly" in answer.get_json()["detail"]
    assert field in {each["field"] for each in answer.get_json()["errors"]}


def test_reports_come_and_go_with_whole_files(reporting: Asked) -> None:
    exported = yaml.safe_load(reporting.get("/api/v1/export?format=yaml").text)
    assert exported["reports"] == [WEEKLY]
    assert reporting.get("/api/v1/export?format=json").get_json()["reports"] == [WEEKLY]
    body = yaml.safe_dump({"reports": [{**WEEKLY, "name": "Monday"}, {"id": "by-hand", "name": "By hand"}]})

    def send(query: str, text: str = body) -> Any:
        return reporting(
            "POST", f"/api/v1/import{query}", "editor", data=text, content_type="application/yaml"
        )

    told = send("?dry_run=true").get_json()["data"]
    assert [(each["kind"], each["id"], each["change"]) for each in told] == [
        ("report", "weekly", "patch"),
        ("report", "by-hand", "created"),
    ]
    assert send("").get_json()["data"] == told
    assert send("").get_json()["data"] == []
    refused = send("", "reports: [{report_id: r, name: R, schedule: never}]")
    assert (refused.status_code, "error: body.yaml: r: schedule" in refused.text) == (422, False)
    assert "expected five fields" in refused.text


def test_the_lineage_of_a_metric_leads_to_its_reports(reporting: Asked) -> None:
    graph = reporting.get("/api/v1/metrics/revenue/lineage").get_json()["data"]
    node = {"id": "report:weekly", "kind": "report", "document_id": "weekly", "name": "Weekly scorecard"}
    assert {**node, "reason": None} in graph["nodes"]
    assert [edge["from"] for edge in graph["edges"] if edge["to"] == "report:weekly"] == [
        "domain:SHOP",
        "metric:revenue",
        "objective:SELL",
    ]


def test_reports_are_counted(reporting: Asked) -> None:
    assert reporting.get("/api/v1/stats").get_json()["data"]["reports"] == 1
    lines = reporting.get("/metrics", None).get_data(as_text=True).splitlines()
    assert "mdl_reports 1.0" in lines
