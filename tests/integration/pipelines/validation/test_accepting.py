import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from pipelines.lake import Lake
from pipelines.validation import accept, full_check
from tests.integration.pipelines.shop import Shop, orders_source, revenue

GOOD = "2013-01-01 10:00,de,5,a"
ALSO_GOOD = "2013-01-01 11:00,fr,7,b"
REQUIRED = {"name": "country", "required": True, "allowed_values": ["de", "fr"]}


def test_good_rows_go_on_and_bad_ones_to_quarantine_with_every_reason(shop: Shop) -> None:
    shop.sources = [orders_source(ranges={"value": {"min": 0}}, unique_key=["order_id"], max_bad_ratio=0.9)]
    shop.metrics = [revenue(dimensions=[REQUIRED])]
    shop.deliver(
        "1.csv",
        GOOD,
        "nope,us,abc,",
        "2013-01-01 12:00,,-1,c",
        "2999-01-01 12:00,de,1,d",
        "1850-01-01 12:00,de,1,e",
        "too,short",
        ",de,1,f",
        ALSO_GOOD,
    )
    report = shop.run()
    assert shop.live() == [("10:00", 5), ("11:00", 7)]
    assert list(shop.reasons()) == [
        (
            "1.csv",
            2,
            [
                "ordered_at: no time in 'nope'",
                "amount: 'abc' is no finite number",
                "country: 'us' is not an allowed value",
                "order_id: the unique key is not complete",
            ],
        ),
        ("1.csv", 3, ["amount: -1 is outside the range from 0", "country: a value is required"]),
        ("1.csv", 4, ["ordered_at: 2999-01-01 12:00:00 UTC is in the future"]),
        ("1.csv", 5, ["ordered_at: 1850-01-01 12:00:00 UTC is before 1900"]),
        ("1.csv", 6, ["the line has 2 values where the header has 4"]),
        ("1.csv", 7, ["ordered_at: no time"]),
    ]
    [file] = report.files
    assert (file.status, file.row_count, file.accepted_count, file.quarantined_count) == ("accepted", 8, 2, 6)


def test_quarantined_rows_are_kept_as_delivered(shop: Shop) -> None:
    shop.sources = [
        orders_source(format="jsonl", path="*.jsonl", ranges={"value": {"min": 0}}, max_bad_ratio=1)
    ]
    (shop.landing / "1.jsonl").write_text(
        '{"ordered_at": "nope", "country": "de", "amount": "5", "order_id": "a\\u0000"}\n'
        '{"ordered_at": "2013-01-01", "country": "de", "amount": "-1", "order_id": "b"}\n'
    )
    shop.run()
    raw = [raw for (raw,) in shop.books("select raw from ops.quarantined_rows order by row_number")]
    assert raw == [
        {"ordered_at": "nope", "country": "de", "amount": "5", "order_id": "a\ufffd"},
        {"ordered_at": "2013-01-01T00:00:00+00:00", "country": "de", "amount": -1.0},
    ]


def test_numbers_that_no_store_holds_refuse_their_row_and_stop_nothing(shop: Shop) -> None:
    shop.sources = [orders_source(format="jsonl", path="*.jsonl", max_bad_ratio=1)]
    numbers = ["1E400", "-1e999", "1" * 400, "1" * 5000, "NaN", "-Infinity"]
    odd = [
        f'{{"ordered_at": "2013-01-01", "country": "de", "amount": {number}, "order_id": "a"}}'
        for number in numbers
    ]
    good = '{"ordered_at": "2013-01-01T10:00:00Z", "country": "de", "amount": 5, "order_id": "a"}'
    (shop.landing / "1.jsonl").write_text("\n".join([*odd, good]))
    shop.run()
    assert shop.live() == [("10:00", 5)]
    raw = [raw for (raw,) in shop.books("select raw from ops.quarantined_rows order by row_number")]
    assert [row.get("amount") for row in raw[:4]] == numbers[:4]
    assert len(raw) == len(numbers)


def test_a_minute_ahead_is_the_clock_of_another_and_an_hour_is_the_future(shop: Shop) -> None:
    shop.sources = [orders_source(max_bad_ratio=1)]
    times = [shop.clock + timedelta(minutes=minutes) for minutes in (1, 4, 60)]
    shop.deliver("1.csv", *(f"{time:%Y-%m-%dT%H:%M:%S},de,1,a" for time in times))
    assert shop.run().accepted_rows == 2


def test_a_file_with_too_many_bad_rows_is_rejected_whole_and_what_its_path_delivered_before_stays(
    shop: Shop,
) -> None:
    shop.deliver("1.csv", GOOD)
    shop.run()
    shop.deliver("1.csv", ALSO_GOOD, "nope,de,1,x", "nope,de,1,y")
    report = shop.run()
    assert report.rejected == {"1.csv": "2 of 3 rows are bad, more than max_bad_ratio 0.5 allows"}
    assert shop.live() == [("10:00", 5)]
    assert shop.books("select status, accepted_count from ops.ingested_files order by delivery") == [
        ("accepted", 1),
        ("rejected", 0),
    ]
    assert [number for _, number, _ in shop.reasons()] == [2, 3]
    assert shop.run().files == [], "it is not tried again"


def test_just_as_many_bad_rows_as_allowed_are_no_reason_to_reject(shop: Shop) -> None:
    shop.deliver("1.csv", GOOD, "nope,de,1,x")
    assert shop.run().rejected == {}


def test_a_number_of_rows_that_is_not_expected_rejects_the_file(shop: Shop) -> None:
    shop.sources = [orders_source(expected_rows={"min": 2, "max": 3})]
    shop.deliver("1.csv", GOOD)
    shop.deliver("2.csv", GOOD, ALSO_GOOD)
    assert shop.run().rejected == {"1.csv": "the file has 1 rows where at least 2 and at most 3 are expected"}
    assert shop.live() == [("10:00", 5), ("11:00", 7)]


def test_a_corrected_file_takes_the_place_of_the_first_and_of_its_quarantine(shop: Shop) -> None:
    shop.deliver("1.csv", GOOD, "nope,de,1,x")
    shop.run()
    shop.deliver("1.csv", GOOD, "2013-01-01 12:00,de,1,x")
    shop.run()
    assert shop.live() == [("10:00", 5), ("12:00", 1)]
    assert list(shop.reasons()) == []
    assert shop.books("select status from ops.ingested_files order by delivery") == [
        ("replaced",),
        ("accepted",),
    ]


def test_going_back_to_an_earlier_content_is_a_delivery_too(shop: Shop) -> None:
    for row in (GOOD, ALSO_GOOD, GOOD):
        shop.deliver("1.csv", row)
        shop.run()
    assert shop.live() == [("10:00", 5)]
    assert shop.statuses() == {"1.csv": "accepted"}


def test_later_rows_of_a_key_replace_earlier_ones_across_files(shop: Shop) -> None:
    shop.sources = [orders_source(unique_key=["order_id"])]
    shop.deliver("1.csv", "2013-01-01 10:00,de,5,a", "2013-01-01 10:30,de,6,a")
    shop.deliver("2.csv", "2013-01-02 11:00,de,7,a", ALSO_GOOD)
    report = shop.run()
    assert shop.live() == [("11:00", 7), ("11:00", 7)]
    assert [file.superseded_count for file in report.files] == [2, 0]
    shop.deliver("2.csv", ALSO_GOOD)
    shop.run()
    assert shop.live() == [("10:30", 6), ("11:00", 7)]


def test_events_that_no_metric_knows_are_stored_all_the_same(shop: Shop) -> None:
    shop.sources = [orders_source(event=None, event_column="order_id")]
    shop.deliver("1.csv", GOOD)
    shop.run()
    assert shop.live(event="a") == [("10:00", 5)]


def test_a_header_without_rows_is_accepted_and_delivers_nothing(shop: Shop) -> None:
    shop.deliver("1.csv")
    assert shop.run().rejected == {}
    assert shop.statuses() == {"1.csv": "accepted"}


def test_files_of_many_days_become_one_commit(shop: Shop) -> None:
    for day in range(1, 29):
        shop.deliver(f"{day:02}.csv", f"2013-01-{day:02} 10:00,de,{day},a")
    shop.stage()
    before = Lake(shop.settings.lake_path).version()
    report = shop.accept()
    assert (before, report.lake_version) == (None, 2), "created, columns added, one delivery"
    assert len(report.files) == 28
    assert all(file.accepted_count == 1 for file in report.files)


def test_of_very_many_bad_rows_all_are_counted_and_some_are_kept(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accept, "KEPT_ROWS", 10)
    monkeypatch.setattr("pipelines.validation.check.BATCH_ROWS", 2048)
    shop.sources = [orders_source(max_bad_ratio=1)]
    shop.deliver("1.csv", *(GOOD if n % 2 else "nope,de,1,x" for n in range(10_000)))
    [file] = shop.run().files
    assert (file.accepted_count, file.quarantined_count) == (5000, 5000)
    assert [number for _, number, _ in shop.reasons()] == list(range(1, 20, 2))
    [unread] = [rule for rule in file.rules if rule.column == "unread_occurred_at"]
    assert (unread.element_count, unread.unexpected_count) == (10_000, 5000)
    assert unread.examples == ["nope"] * 5


def test_every_expectation_is_recorded_once_per_file(shop: Shop) -> None:
    shop.sources = [orders_source(unique_key=["order_id"])]
    shop.deliver("1.csv", GOOD, "nope,de,1,a")
    shop.deliver("2.csv", GOOD)
    shop.run()
    found = shop.books(
        "select path, column_name, expectation, success, element_count, unexpected_count "
        "from ops.validation_results join ops.ingested_files using (file_id, content_hash) "
        "where column_name in ('unread_occurred_at', 'row_number') order by 1, 2"
    )
    null, equal = "expect_column_values_to_be_null", "expect_column_pair_values_to_be_equal"
    assert found == [
        ("1.csv", "row_number", equal, False, 2, 1),
        ("1.csv", "unread_occurred_at", null, False, 2, 1),
        ("2.csv", "row_number", equal, True, 1, 0),
        ("2.csv", "unread_occurred_at", null, True, 1, 0),
    ]


def test_operators_get_pages_of_the_latest_results(shop: Shop) -> None:
    shop.deliver("day/1.csv", GOOD, "nope,de,1,a")
    shop.sources = [orders_source(path="day")]
    shop.run()
    pages = shop.settings.home / "data_docs"
    assert (pages / "index.html").exists()
    [page] = (pages / "validations").rglob("*.html")
    assert "nope" in page.read_text()
    shop.deliver("day/2.csv", ALSO_GOOD)
    shop.run()
    [page] = (pages / "validations").rglob("*.html")
    assert "2.csv" in page.name


def test_staged_rows_of_an_older_mapping_or_a_source_that_is_gone_wait(shop: Shop) -> None:
    shop.deliver("1.csv", GOOD)
    shop.stage()
    known, shop.sources = shop.sources, [orders_source(fields={})]
    assert shop.accept().waiting == ["1.csv"]
    shop.sources = []
    assert shop.accept().waiting == ["1.csv"]
    shop.sources = known
    assert shop.accept().accepted_rows == 1


def test_columns_that_the_lake_cannot_tell_apart_reject_the_file(shop: Shop) -> None:
    other = orders_source(source_id="other", path="2.csv", dimensions={"Country": "country"})
    shop.sources = [orders_source(path="1.csv"), other]
    shop.deliver("1.csv", GOOD)
    shop.run()
    shop.deliver("2.csv", GOOD)
    assert "differs only by case" in shop.run().rejected["2.csv"]


# ---- interruptions -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "step", ["deliver", "quarantined", "enter", "after_entering"], ids="killed before or after {}".format
)
def test_killed_at_any_step_the_next_run_loses_nothing_and_counts_nothing_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    shop.sources = [orders_source(unique_key=["order_id"])]
    shop.deliver("1.csv", GOOD)
    shop.run()
    shop.deliver("1.csv", "2013-01-01 10:00,de,6,a")
    shop.deliver("2.csv", ALSO_GOOD, "nope,de,1,x")
    shop.stage()
    with monkeypatch.context() as patched:
        _die_at(step, patched)
        with pytest.raises(KeyboardInterrupt):
            shop.accept()
    since = Lake(shop.settings.lake_path).version()
    shop.run()
    assert shop.live() == [("10:00", 6), ("11:00", 7)]
    assert shop.statuses() == {"1.csv": "accepted", "2.csv": "accepted"}
    assert [(path, number) for path, number, _ in shop.reasons()] == [("2.csv", 2)]
    assert not list((shop.settings.staging_path / "files").iterdir())
    if step not in {"deliver", "quarantined"}:
        assert Lake(shop.settings.lake_path).changes(since) == {}, "the lake had it all already"


def _die_at(step: str, patched: pytest.MonkeyPatch) -> None:
    def die(*_arguments: object, **_named: object) -> None:
        raise KeyboardInterrupt

    if step == "after_entering":
        patched.setattr("pathlib.Path.unlink", die)
    else:
        patched.setattr(accept, step, die)


# ---- cost ----------------------------------------------------------------------------------------------


def test_with_nothing_new_great_expectations_is_not_even_imported(shop: Shop) -> None:
    program = """
import sys
from core.settings import load_settings
from core.database import connect
from core.clock import wall_now
from pipelines.ingest import stage_sources
from pipelines.lake import Lake
from pipelines.validation import accept_staged
from schemas.documents.documents import Catalog
settings = load_settings(home=sys.argv[1], landing=sys.argv[2], database_url=sys.argv[3])
engine = connect(settings)
stage_sources([], settings, engine, wall_now())
accept_staged(Catalog(), settings, engine, Lake(settings.lake_path), wall_now())
print("great_expectations" in sys.modules)
"""
    url = shop.settings.database_url
    assert url is not None
    arguments = [str(shop.settings.home), shop.settings.landing, url.get_secret_value()]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_great_expectations_is_had_without_the_statistics_that_nothing_here_asks_of_it() -> None:
    program = "import sys, pipelines.validation.docs; print('scipy.stats._stats_py' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# ---- the full check ------------------------------------------------------------------------------------


def test_the_full_check_holds_what_was_accepted_against_the_rules_of_today(
    shop: Shop, database: Engine
) -> None:
    shop.deliver("1.csv", GOOD, "2013-01-01 11:00,xx,-7,b", "2013-01-01 12:00,,7,c")
    shop.run()
    shop.sources = [orders_source(ranges={"value": {"min": 0}})]
    shop.metrics = [revenue(dimensions=[REQUIRED])]
    version = Lake(shop.settings.lake_path).version()
    outcomes = full_check(shop.catalog, shop.settings, database, Lake(shop.settings.lake_path), shop.clock)
    refused = {one.column: one.unexpected_count for one in outcomes if not one.success}
    assert refused == {"field_value": 1, "required_country": 1, "dim_country": 1}
    assert {one.element_count for one in outcomes} == {3}
    assert Lake(shop.settings.lake_path).version() == version
    assert shop.books("select count(*) from ops.validation_results where file_id is null") == [
        (len(outcomes),)
    ]


def test_the_full_check_of_an_empty_lake_finds_nothing(shop: Shop, database: Engine) -> None:
    assert full_check(shop.catalog, shop.settings, database, Lake(shop.settings.lake_path), shop.clock) == []
