"""Where the pages show reports: whatever an id holds, its path is one segment, and no other id's."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.documents.addresses import report_id_in, report_path

IDS = st.text(
    st.sampled_from("a1~012/.%?#\\:;é…") | st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20
)


@given(IDS)
def test_an_id_is_read_back_from_its_path(report_id: str) -> None:
    empty, reports, segment = unquote(report_path(report_id)).split("/")
    assert (empty, reports, report_id_in(segment)) == ("", "reports", report_id)
    assert segment not in ("", ".", ".."), "browsers leave such"
    assert report_path(report_id, 7) == f"{report_path(report_id)}/7"


@pytest.mark.parametrize(
    ("report_id", "path"),
    [
        ("weekly", "/reports/weekly"),
        ("weekly/1", "/reports/weekly~11"),
        ("weekly~1", "/reports/weekly~01"),
        ("..", "/reports/~2~2"),
        ("a.b c", "/reports/a.b%20c"),
    ],
)
def test_paths_are_written_as_ever(report_id: str, path: str) -> None:
    assert report_path(report_id) == path
