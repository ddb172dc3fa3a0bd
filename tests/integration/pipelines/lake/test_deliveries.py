from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from deltalake import DeltaTable

from core.errors import DataError
from pipelines.lake import Lake
from tests.integration.pipelines.lake.builders import (
    DAY_ONE,
    Event,
    changed_quarters,
    give,
    live,
    new_lake,
)

NOON_NEXT_DAY = 36 * 60


def test_a_new_lake_has_no_version_no_events_and_no_changes(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    assert (lake.version(), lake.events(), lake.changes(None), lake.extent("order")) == (None, [], {}, None)
    assert live(lake) == []


def test_a_first_delivery_is_appended_and_its_quarters_are_changed(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    commit = give(lake, 1, {"f1": [Event(0, 1), Event(14, 2), Event(40, 3)], "f2": [Event(NOON_NEXT_DAY, 4)]})
    assert commit is not None
    assert commit.row_counts == {"f1": 3, "f2": 1}
    assert live(lake) == [(0, 1), (14, 2), (40, 3), (NOON_NEXT_DAY, 4)]
    assert changed_quarters(lake, 0) == {0, 2, 144}
    assert lake.extent("order") == (DAY_ONE, DAY_ONE + timedelta(days=1, hours=12))


def test_the_same_delivery_again_does_nothing(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    give(lake, 1, {"f": [Event(0, 1)]})
    version = lake.version()
    assert give(lake, 1, {"f": [Event(0, 1)]}) is None
    assert lake.version() == version


def test_a_corrected_file_changes_only_the_quarters_of_rows_that_differ(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    give(lake, 1, {"f": [Event(0, 1), Event(20, 2), Event(40, 3)], "g": [Event(0, 1)]})
    version = lake.version()
    # a line more at the top moves every row by one; only the quarters of the new and the lost row change
    give(lake, 2, {"f": [Event(70, 9), Event(0, 1), Event(20, 2)]})
    assert live(lake) == [(0, 1), (0, 1), (20, 2), (70, 9)]
    assert changed_quarters(lake, version) == {40 // 15, 70 // 15}


def test_two_rows_of_one_instant_that_change_places_are_a_change(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    give(lake, 1, {"f": [Event(0, 1), Event(0, 2)]})
    version = lake.version()
    give(lake, 2, {"f": [Event(0, 2), Event(0, 1)]})
    assert changed_quarters(lake, version) == {0}, "LAST is another row now"


def test_a_corrected_file_rewrites_only_the_files_that_hold_its_rows(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    give(lake, 1, {"f": [Event(0, 1)]})
    give(lake, 2, {"g": [Event(NOON_NEXT_DAY, 2)]})
    kept = {file.path for file in lake.files() if file.event_date.day == 2}
    give(lake, 3, {"f": [Event(0, 5)]})
    assert kept <= {file.path for file in lake.files()}
    assert live(lake) == [(0, 5), (NOON_NEXT_DAY, 2)]


def test_a_corrected_file_without_rows_takes_its_rows_away(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    give(lake, 1, {"f": [Event(0, 1)]})
    version = lake.version()
    give(lake, 2, {"f": []})
    assert live(lake) == []
    assert changed_quarters(lake, version) == {0}


def test_a_later_row_of_the_same_key_lives_and_the_earlier_comes_back_when_it_goes(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    give(lake, 1, {"f": [Event(0, 1, "A"), Event(20, 2, "B")]}, keyed=True)
    first = lake.version()
    give(lake, 2, {"g": [Event(40, 9, "A")]}, keyed=True)
    assert live(lake) == [(20, 2), (40, 9)]
    assert changed_quarters(lake, first) == {0, 2}
    second = lake.version()
    give(lake, 3, {"g": [Event(40, 9, "C")]}, keyed=True)
    assert live(lake) == [(0, 1), (20, 2), (40, 9)]
    assert changed_quarters(lake, second) == {0}, "the row at minute 40 reads as before"


def test_of_rows_with_the_same_key_in_one_file_the_last_lives(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    commit = give(lake, 1, {"f": [Event(0, 1, "A"), Event(20, 2, "A"), Event(40, 3, "B")]}, keyed=True)
    assert commit is not None
    assert commit.superseded_counts == {"f": 1}
    assert live(lake) == [(20, 2), (40, 3)]


def test_the_same_key_of_another_source_is_another_key(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    give(lake, 1, {"f": [Event(0, 1, "A")]}, keyed=True)
    give(lake, 2, {"g": [Event(20, 2, "A")]}, keyed=True, source_id="other")
    assert live(lake) == [(0, 1), (20, 2)]


def test_a_delivery_may_take_the_place_of_other_files(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    give(lake, 1, {"a": [Event(0, 1)], "b": [Event(20, 2)]})
    give(lake, 2, {"a": [Event(0, 1), Event(20, 2), Event(40, 3)]}, replaces=["b"])
    assert live(lake) == [(0, 1), (20, 2), (40, 3)]
    assert lake.delivered("b") == 2


def test_events_with_any_name_keep_their_rows_through_delivery_correction_and_compaction(
    tmp_path: Path,
) -> None:
    lake = new_lake(tmp_path)
    names = ["metric:Größe %/*[1]?", "a=b&c", "..", "O'Hara"]
    for number, file in enumerate(["f", "g", "f"], 1):
        give(lake, number, {file: [Event(0, number, event=name) for name in names]})
    lake.optimize()
    lake.vacuum(timedelta(0))
    assert lake.events() == sorted(names)
    assert [live(lake, name) for name in names] == [[(0, 2), (0, 3)]] * 4
    table = DeltaTable(lake.path).to_pyarrow_table()
    assert sorted(set(table["event"].to_pylist())) == sorted(names), "other readers of Delta see the same"


def test_upkeep_changes_no_row_and_names_no_change(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    for number in range(1, 6):
        give(lake, number, {f"f{number}": [Event(number, number, f"K{number}")]}, keyed=True)
    version, before = lake.version(), live(lake)
    assert lake.optimize() >= 5
    assert lake.vacuum(timedelta(0)) > 0
    assert live(lake) == before == [(number, number) for number in range(1, 6)]
    assert lake.changes(version) == {}
    give(lake, 6, {"f5": [Event(50, 50, "K4")]}, keyed=True)
    assert live(lake) == [(1, 1), (2, 2), (3, 3), (50, 50)], (
        "the statistics of joined files still find the rows"
    )


def test_a_lost_log_or_another_table_says_that_everything_changed(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    give(lake, 1, {"f": [Event(0, 1)]})
    since = lake.version()
    give(lake, 2, {"g": [Event(100, 1)]})
    whole = {0, 1, 2, 3, 4, 5, 6}
    assert changed_quarters(lake, since) == {6}
    assert changed_quarters(lake, 99) == whole
    DeltaTable(lake.path).create_checkpoint()
    (lake.path / "_delta_log" / f"{lake.version():020}.json").unlink()
    assert changed_quarters(new_lake(tmp_path), since) == whole


def test_what_another_program_wrote_into_the_table_counts_as_a_change_of_everything(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    give(lake, 1, {"f": [Event(0, 1), Event(100, 1)]})
    since = lake.version()
    DeltaTable(lake.path).delete("row_number = 1")
    lake.refresh()
    assert changed_quarters(lake, since) == {6}, "the extent of what is left"


def test_a_scan_names_only_files_of_the_days_in_its_ranges(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    give(lake, 1, {"f": [Event(day * 1440, day) for day in range(10)]})
    start = datetime(2013, 1, 3, tzinfo=UTC)
    sql = lake.scan("order", [(start, start + timedelta(days=2))], ["field_value"])
    assert lake.files_read == 2
    assert sorted(duckdb.execute(sql).fetchall()) == [(2,), (3,)]


@pytest.mark.parametrize("count", [1, 3, 200])
def test_a_scan_of_any_number_of_ranges_gives_exactly_the_rows_within(tmp_path: Path, count: int) -> None:
    lake = new_lake(tmp_path)
    give(lake, 1, {"f": [Event(minute, minute) for minute in range(0, 3000, 5)]})
    ranges = [(minute, minute + 7) for minute in range(0, count * 13, 13)] + [(1, 12)]
    instants = [(DAY_ONE + timedelta(minutes=a), DAY_ONE + timedelta(minutes=b)) for a, b in ranges]
    expected = [minute for minute in range(0, 3000, 5) if any(a <= minute < b for a, b in ranges)]
    found = duckdb.execute(lake.scan("order", instants, ["field_value"])).fetchall()
    assert sorted(value for (value,) in found) == expected


def test_a_scan_of_no_ranges_gives_no_rows(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    give(lake, 1, {"f": [Event(0, 1)]})
    assert duckdb.execute(lake.scan("order", [], ["field_value"])).fetchall() == []


def test_columns_that_no_file_has_read_as_null(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    give(lake, 1, {"f": [Event(0, 1)]})
    sql = lake.scan("order", None, ["dim_region", "field_tax", "event", "event_date"])
    assert duckdb.execute(sql).fetchall() == [(None, None, "order", DAY_ONE.date())]


def test_columns_that_differ_only_by_case_are_refused(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    lake.ensure(["dim_region"])
    with pytest.raises(DataError, match="'dim_Region' differs only by case from 'dim_region'"):
        lake.ensure(["dim_Region"])


def test_killed_before_its_commit_a_delivery_leaves_the_lake_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = new_lake(tmp_path)
    give(lake, 1, {"f": [Event(0, 1, "A")]}, keyed=True)
    before = (lake.version(), live(lake))

    def die(*_arguments: Iterable[object]) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Lake, "commit", die)
        with pytest.raises(KeyboardInterrupt):
            give(lake, 2, {"g": [Event(20, 2, "A")]}, keyed=True)
    again = Lake(lake.path)
    assert (again.version(), live(again)) == before
    give(again, 2, {"g": [Event(20, 2, "A")]}, keyed=True)
    assert live(again) == [(20, 2)]
    assert again.vacuum(timedelta(0)) >= 1, "what the killed delivery wrote is cleaned up"
    assert live(again) == [(20, 2)]
