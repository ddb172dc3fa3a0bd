from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core.errors import ConfigurationError
from examples.flights.prepare import FILES, data_folder, main, prepare
from schemas.catalog.references import check_references
from schemas.documents.documents import Grain, ReportScope
from schemas.documents.load import load_catalog
from schemas.documents.schedules import last_due
from tests.oracle.flights import ENTRIES

FOLDER = Path(__file__).parents[3] / "examples" / "flights"
CATALOG = load_catalog(FOLDER / "catalog").catalog


def test_the_catalog_loads_without_a_warning() -> None:
    assert load_catalog(FOLDER / "catalog").problems == ()


def test_the_sample_is_as_large_as_promised() -> None:
    key_results = [result for objective in CATALOG.objectives.values() for result in objective.key_results]
    assert len(CATALOG.domains) >= 4
    assert len(CATALOG.objectives) >= 6
    assert len(key_results) >= 15
    assert len(CATALOG.metrics) >= 25
    assert sum(bool(metric.tests) for metric in CATALOG.metrics.values()) >= 6


def test_a_weekly_scorecard_and_a_monthly_report_of_punctuality_come_by_the_clock_of_new_york() -> None:
    weekly, monthly = CATALOG.reports["weekly-scorecard"], CATALOG.reports["monthly-punctuality"]
    assert [each for each in check_references(CATALOG) if each.kind == "report"] == []
    assert (weekly.scope, weekly.formats) == (ReportScope(), ["html", "pdf"])
    assert (monthly.scope.domains, monthly.formats) == (["DOM-PUNCTUALITY"], ["html", "pdf", "xlsx"])
    at = datetime(2013, 10, 15, 12, tzinfo=UTC)
    due = [last_due(each.schedule or "", ZoneInfo(each.timezone or ""), at) for each in (weekly, monthly)]
    # a Monday at 7:00 and the first of the month at 8:00, in summer time
    assert due == [datetime(2013, 10, 14, 11, tzinfo=UTC), datetime(2013, 10, 1, 12, tzinfo=UTC)]


def test_pandas_knows_every_metric_with_its_grains_slices_window_and_null_policy() -> None:
    computed = {metric_id: m for metric_id, m in CATALOG.metrics.items() if m.definition.formula}
    assert set(computed) == set(ENTRIES)
    for metric_id, metric in computed.items():
        entry, window = ENTRIES[metric_id], metric.definition.window
        assert tuple(map(Grain, entry.grains)) == tuple(metric.grains), metric_id
        assert set(entry.slice_sets) == set(metric.slice_sets), metric_id
        assert entry.trailing == (window.trailing if window else None), metric_id
        assert entry.policy == metric.definition.null_policy, metric_id


def test_every_source_finds_its_file_in_the_landing_zone(tmp_path: Path) -> None:
    prepare(tmp_path)
    found = {source_id: list(tmp_path.glob(s.path or "")) for source_id, s in CATALOG.sources.items()}
    assert {source_id: len(files) for source_id, files in found.items()} == {"flights": 1, "weather": 1}


def test_preparing_twice_copies_once_and_mends_a_broken_copy(tmp_path: Path) -> None:
    assert len(prepare(tmp_path)) == len(FILES)
    assert prepare(tmp_path) == []
    broken = tmp_path / FILES["weather.csv"]
    broken.write_text("half a f")
    assert prepare(tmp_path) == [broken]
    assert broken.read_bytes() == (data_folder() / "weather.csv").read_bytes()


def test_a_landing_zone_elsewhere_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDL_LANDING", "s3://bucket/landing")
    with pytest.raises(ConfigurationError, match="MDL_LANDING is s3://bucket/landing"):
        main()


def test_the_command_says_what_it_landed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MDL_LANDING", str(tmp_path))
    main()
    assert capsys.readouterr().out == "".join(f"landed {target}\n" for target in FILES.values())
