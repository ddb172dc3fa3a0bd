import pytest
from click.testing import CliRunner

from cli.main import cli
from cli.printing import print_rows

LONG = "landing/of/november/2026/with-a-name-that-has-no-spaces-and-does-not-fit.csv.gz"


@pytest.mark.parametrize("width", [40, 80, 120])
def test_short_cells_are_never_broken_and_long_ones_have_room(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    row = {"file": LONG, "state": "accepted", "rows": 336776, "seen": "2026-11-28 01:20", "reason": None}
    print_rows(
        [row, row | {"reason": "2 of 3 rows are bad, more than max_bad_ratio allows"}], "table", "Files"
    )
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= width
    assert printed.count("2026-11-28 01:20") == printed.count("accepted") == printed.count("336776") == 2
    # the name in a fair number of pieces, whatever the width
    assert LONG[:20] in printed


def test_numbers_that_json_has_not_are_null(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([{"change": float("-inf"), "value": float("nan"), "n": 1.5}], "json")
    assert capsys.readouterr().out.split() == [
        "[",
        "{",
        '"change":',
        "null,",
        '"value":',
        "null,",
        '"n":',
        "1.5",
        "}",
        "]",
    ]


def test_an_empty_result_has_its_header(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([], "csv", columns=("a", "b"))
    assert capsys.readouterr().out == "a,b\r\n"


def test_settings_print_as_guarded_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APM_SERVICE_NAME", "=1+1")
    lines = CliRunner().invoke(cli, ["settings", "--format", "csv"]).output.splitlines()
    assert lines[0] == "variable,value"
    assert "APM_SERVICE_NAME,'=1+1" in lines
