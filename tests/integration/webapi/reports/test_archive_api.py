"""The archive of reports over the API: who may open what, and that files come as they were sent."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from structlog.testing import capture_logs

from reports.errors import DamagedFileError
from schemas.tables import audit_log, report_archive
from tests.build_reports import MONDAY, add_file, add_report_delivery, add_run, contents
from tests.integration.webapi.conftest import Asked
from tests.integration.webapi.reports.conftest import SEES, WHO

ARCHIVE = "/api/v1/reports/archive"


def downloads(engine: Engine) -> list[tuple[str, str, str, dict[str, Any]]]:
    columns = audit_log.c
    noted = select(columns.actor, columns.target, columns.outcome, columns.detail)
    with engine.connect() as connection:
        rows = connection.execute(noted.where(columns.action == "report.download").order_by(columns.entry_id))
        return [tuple(row) for row in rows]  # type: ignore[misc]


def test_runs_are_listed_newest_period_first_and_filtered(engine: Engine, asked: Asked) -> None:
    with engine.begin() as connection:
        old = add_run(connection)
        new = add_run(connection, period_start=MONDAY + timedelta(days=7), state="withheld", reason="late")
        other = add_run(connection, report_id="monthly", grain="month", state="waiting")
        add_report_delivery(connection, old)
        add_report_delivery(connection, old, target="webhook:a", state="dead")
    listed = asked.get(ARCHIVE, "viewer")
    assert [row["run_id"] for row in listed.json["data"]] == [new, other, old]
    assert listed.headers["X-Total-Count"] == "3"
    assert listed.json["data"][2]["deliveries"] == {"dead": 1, "delivered": 1}
    assert listed.json["data"][2]["name"] == "Weekly scorecard"

    def ids(query: str) -> list[int]:
        return [row["run_id"] for row in asked.get(f"{ARCHIVE}?{query}").json["data"]]

    assert ids("report_id=monthly") == [other]
    assert ids("state=withheld") == [new]
    assert ids("since=2026-03-08T00:00:00Z") == [new]
    assert ids("until=2026-03-08T00:00:00Z") == [other, old]
    assert ids("limit=1&page=2") == [other]
    assert asked.get(f"{ARCHIVE}?state=lost").status_code == 422
    assert asked.get(f"{ARCHIVE}?stat=sent").status_code == 422
    of_one = asked.get("/api/v1/reports/weekly/archive?state=sent").json["data"]
    assert [row["run_id"] for row in of_one] == [old]
    assert asked.get("/api/v1/reports/gone/archive").json["data"] == []


# what the run noted when it was made: the metric may have been classified since
@pytest.mark.parametrize(("is_restricted", "hidden"), [(0, []), (1, []), (1, ["revenue"]), (0, ["revenue"])])
def test_a_report_opens_for_whoever_may_read_all_that_it_shows(
    engine: Engine, asked: Asked, is_restricted: int, hidden: list[str]
) -> None:
    said = contents(metrics=["revenue"], hidden=hidden, secret=314159)
    with engine.begin() as connection:
        run_id = add_run(
            connection, shows_restricted=bool(is_restricted), contents=said, reason="314159 was late"
        )
        sent = add_file(connection, run_id)
    for who in WHO:
        opens = who in SEES or hidden == ["revenue"]
        answer = asked.get(f"{ARCHIVE}/{run_id}", who)
        assert answer.status_code == 200
        run = answer.json["data"]
        assert (run["state"], run["grain"], run["restricted"]) == ("sent", "week", not opens)
        file = asked.get(f"{ARCHIVE}/{run_id}/files/weekly.pdf", who)
        if opens:
            assert run["contents"]["secret"] == 314159
            assert [each["name"] for each in run["files"]] == ["weekly.pdf"]
            assert (file.status_code, file.data) == (200, sent)
        else:
            for told in (answer.text, asked.get(ARCHIVE, who).text):
                assert "314159" not in told
                assert "weekly.pdf" not in told
            assert run["contents"] is None
            assert "ask sales" in run["why_restricted"]
            assert file.status_code == 403
            assert file.json["type"] == "urn:mdl:problem:restricted"
            assert "ask sales" in file.json["detail"]
    noted = [actor.removeprefix("user:") for actor, *_ in downloads(engine)]
    assert noted == ([who for who in WHO if who in SEES or hidden] if is_restricted or not hidden else [])


def test_a_download_of_a_restricted_report_is_noted_once_with_who_what_and_hash(
    engine: Engine, asked: Asked
) -> None:
    with engine.begin() as connection:
        run_id = add_run(connection, shows_restricted=True)
        digest = hashlib.sha256(add_file(connection, run_id)).hexdigest()
    path = f"{ARCHIVE}/{run_id}/files/weekly.pdf"
    assert asked("HEAD", path, "owner").status_code == 200
    assert asked.get(path, "owner", headers={"If-None-Match": f'"{digest}"'}).status_code == 304
    assert downloads(engine) == [], "no byte went out"
    assert asked.get(path, "owner").status_code == 200
    detail = {"report": "weekly", "file": "weekly.pdf", "hash": digest}
    assert downloads(engine) == [("user:owner", f"report_run:{run_id}", "done", detail)]


def test_a_file_comes_as_an_attachment_under_the_hash_of_its_bytes(engine: Engine, asked: Asked) -> None:
    page = b"<script>alert(1)</script>"
    with engine.begin() as connection:
        run_id = add_run(connection)
        add_file(connection, run_id, "weekly.html", content=page, media_type="text/html; charset=utf-8")
    path, tag = f"{ARCHIVE}/{run_id}/files/weekly.html", f'"{hashlib.sha256(page).hexdigest()}"'
    answer = asked.get(path)
    assert (answer.data, answer.headers["ETag"]) == (page, tag)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="weekly.html"'
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    head = asked("HEAD", path)
    assert (head.data, head.headers["Content-Length"], head.headers["ETag"]) == (b"", str(len(page)), tag)
    for had in (tag, f'"a", W/{tag}', "*"):
        known = asked.get(path, headers={"If-None-Match": had})
        assert (known.status_code, known.data, known.headers["ETag"]) == (304, b"", tag)
    assert asked.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert asked.get(f"{ARCHIVE}/{run_id}/files/other.html").status_code == 404
    assert asked.get(f"{ARCHIVE}/{run_id + 1}/files/weekly.html").status_code == 404
    assert asked.get(f"{ARCHIVE}/{run_id + 1}").status_code == 404
    assert asked.get(f"{ARCHIVE}/99999999999999999999").status_code == 404


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ('a";x="b.pdf', "attachment; filename=\"a-x-b.pdf\"; filename*=UTF-8''a%22%3Bx%3D%22b.pdf"),
        ("a\r\nX: b.pdf", "attachment; filename=\"a-X-b.pdf\"; filename*=UTF-8''a%0D%0AX%3A%20b.pdf"),
        ("週報.pdf", "attachment; filename=\"pdf\"; filename*=UTF-8''%E9%80%B1%E5%A0%B1.pdf"),
        ("<b>.pdf", "attachment; filename=\"b-.pdf\"; filename*=UTF-8''%3Cb%3E.pdf"),
    ],
)
def test_no_name_of_a_file_gets_into_other_headers(
    engine: Engine, asked: Asked, name: str, disposition: str
) -> None:
    with engine.begin() as connection:
        run_id = add_run(connection)
        add_file(connection, run_id, name, media_type="application/pdf\r\nX-Evil: yes")
    path = asked.app.url_map.bind("").build("reports.download_report_file", {"run_id": run_id, "name": name})
    answer = asked.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == disposition
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert not {"X", "X-Evil"} & set(answer.headers.keys())


def test_bytes_that_are_not_those_of_their_hash_are_refused(engine: Engine, asked: Asked) -> None:
    with engine.begin() as connection:
        run_id = add_run(connection)
        add_file(connection, run_id)
        connection.execute(update(report_archive).values(content=b"something else"))
    with capture_logs() as logged:
        answer = asked.get(f"{ARCHIVE}/{run_id}/files/weekly.pdf")
    assert (answer.status_code, answer.json["type"]) == (500, "urn:mdl:problem:damaged-file")
    assert answer.json["title"] == "The stored file is damaged"
    assert f"weekly.pdf of run {run_id} is damaged" in answer.json["detail"]
    assert f"`mdl report archive check {run_id}`" in answer.json["detail"]
    assert b"something else" not in answer.data
    [line] = [each for each in logged if each["log_level"] == "error"]
    assert isinstance(line["exc_info"], DamagedFileError)


def test_what_is_no_longer_kept_is_said_to_be_gone(engine: Engine, asked: Asked) -> None:
    with engine.begin() as connection:
        run_id = add_run(connection, contents=None)
        hidden = add_run(connection, contents=None, shows_restricted=True, edition=2)
    answer = asked.get(f"{ARCHIVE}/{run_id}/files/weekly.pdf")
    assert (answer.status_code, answer.json["type"]) == (410, "urn:mdl:problem:no-longer-kept")
    run = asked.get(f"{ARCHIVE}/{run_id}").json["data"]
    assert (run["is_kept"], run["contents"], run["files"]) == (False, None, [])
    assert asked.get(f"{ARCHIVE}/{hidden}", "viewer").json["data"]["restricted"], (
        "nobody knows what it showed"
    )
    assert not asked.get(f"{ARCHIVE}/{hidden}", "boss").json["data"]["restricted"]


def test_targets_and_errors_name_no_address(engine: Engine, asked: Asked) -> None:
    with engine.begin() as connection:
        run_id = add_run(connection, state="made")
        add_report_delivery(
            connection, run_id, state="dead", last_error="cannot reach https://hooks.example.com/secret"
        )
    [told] = asked.get(f"{ARCHIVE}/{run_id}").json["data"]["told"]
    assert told["state"] == "dead"
    assert "secret" not in told["last_error"]
