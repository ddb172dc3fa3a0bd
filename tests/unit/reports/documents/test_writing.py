import hashlib
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from reports.documents.file import stem_of
from reports.documents.writing import write_report
from tests.documents import sample_document


def hashes() -> dict[str, str]:
    return {
        each.name: hashlib.sha256(each.content).hexdigest()
        for each in write_report(sample_document(), ["html"])
    }


def test_html_comes_with_its_text_and_pictures() -> None:
    assert [(each.name, each.format) for each in write_report(sample_document(), ["html"])] == [
        ("weekly-scorecard-week-2013-10-07.html", "html"),
        ("weekly-scorecard-week-2013-10-07.txt", "text"),
        ("01-pace.png", "image"),
        ("02-origins.png", "image"),
    ]


def test_pdf_and_workbook_come_where_they_are_asked_for() -> None:
    found = {each.format: each for each in write_report(sample_document(), ["xlsx", "html", "pdf"])}
    assert found["pdf"].content.startswith(b"%PDF")
    assert found["xlsx"].content.startswith(b"PK")
    assert set(found) == {"html", "text", "image", "pdf", "xlsx"}
    assert found["pdf"].name == "weekly-scorecard-week-2013-10-07.pdf"


def test_files_of_two_hours_of_one_wall_time_have_names_of_their_own() -> None:
    hours = [datetime(2026, 10, 25, 2, tzinfo=ZoneInfo("Europe/Berlin"), fold=fold) for fold in (0, 1)]
    assert [stem_of("hourly/x", hour, "hour") for hour in hours] == [
        "hourly-x-882ca53b-hour-2026-10-25T0200+0200",
        "hourly-x-882ca53b-hour-2026-10-25T0200+0100",
    ]


def test_files_of_reports_whose_ids_differ_have_names_of_their_own_in_plain_letters() -> None:
    ids = ["a-b", "a_b", "a/b", "a|b", "-a-b", "a--b", "é", "ü", "x" * 60, "x" * 61, "x" * 62]
    stems = [stem_of(each, datetime(2026, 3, 2, tzinfo=UTC), "week") for each in ids]
    assert stems[0] == "a-b-week-2026-03-02"
    assert len({*stems}) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,100}", each) for each in stems)


@pytest.mark.slow
def test_the_same_document_gives_the_same_bytes_in_every_process() -> None:
    script = "import json; from tests.unit.reports.documents.test_writing import hashes; print(json.dumps(hashes()))"
    told = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        stdout=subprocess.PIPE,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": "."},
    )
    assert json.loads(told.stdout) == hashes()
