import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import ConfigurationError, TookTooLongError
from reports.charts.bundle import bundle_digest, chart_bundle
from reports.charts.drawing import draw
from reports.charts.files import writer_of
from reports.charts.rendering import svg
from tests.unit.reports.charts.build import series


def test_a_picture_is_not_begun_that_may_come_too_late() -> None:
    with pytest.raises(TookTooLongError, match="try again"):
        svg(draw(series([1.0])), seconds_left=0.5)


def test_pictures_have_title_and_description_and_their_texts_are_texts() -> None:
    picture = svg(draw(series([31.0, 12.0])))
    assert "<title>Orders</title><desc>Line of Orders by day, 1 Mar 2026 to 2 Mar 2026." in picture
    assert ">target 30</text>" in picture
    assert 'aria-label="2 Mar 2026: 12, ok"' in picture


@pytest.mark.parametrize(
    ("suffix", "begins"), [(".svg", b"<svg"), (".PNG", b"\x89PNG"), (".json", b'{\n  "config"')]
)
def test_a_file_holds_what_its_name_says(tmp_path: Path, suffix: str, begins: bytes) -> None:
    path = tmp_path / f"chart{suffix}"
    writer_of(path)(draw(series([1.0])))
    assert path.read_bytes().startswith(begins)


def test_other_files_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"must end in one of \.svg, \.png, \.json"):
        writer_of(tmp_path / "chart.pdf")
    with pytest.raises(ConfigurationError, match="cannot be written: No such file or directory"):
        writer_of(tmp_path / "nowhere" / "chart.json")(draw(series([1.0])))


def test_the_bundle_is_named_by_its_content_and_small_when_packed() -> None:
    assert bundle_digest("vegaEmbed(1)") != bundle_digest("vegaEmbed(2)")
    bundle = chart_bundle("vegaEmbed(1)")
    assert b"vega-embed" in bundle
    assert len(gzip.compress(bundle)) < 320_000


def test_who_draws_nothing_loads_neither_altair_nor_vega() -> None:
    code = (
        "import sys, webapi.app, cli.values, reports.charts.drawing, reports.charts.rendering, reports.charts.bundle\n"
        "print([name for name in ('altair', 'vl_convert', 'narwhals') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[4],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_scripts_that_take_too_long_are_asked_for_again_and_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.charts.bundle._SECONDS", 0.01)
    with pytest.raises(TookTooLongError, match="try again"):
        chart_bundle("// slow")


def test_scripts_are_made_of_nothing_that_lies_in_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = tmp_path / "reports" / "charts"
    planted.mkdir(parents=True)
    for file in (planted.parent / "__init__.py", planted / "__init__.py"):
        file.touch()
    (planted / "bundle.py").write_text("print('planted')")
    monkeypatch.chdir(tmp_path)
    assert b"planted" not in chart_bundle("// of the working folder")[:20]
