import hashlib
import json
import subprocess
import sys
from datetime import datetime
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
        "hourly-x-hour-2026-10-25T0200+0200",
        "hourly-x-hour-2026-10-25T0200+0100",
    ]


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
