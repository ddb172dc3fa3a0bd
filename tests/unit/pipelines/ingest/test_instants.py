"""Numbers that may be times: what their digits say for sure is read, whatever else they are is none."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from pipelines.ingest.formats.delivered import Column
from pipelines.ingest.instants import moments, with_moment, within_calendar
from schemas.documents.documents import TimestampColumn

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read(values: list[Any], kind: str = "VARCHAR", **timestamp: str) -> list[datetime | None]:
    """What a column of values of a DuckDB type is read as; wall times count as UTC."""
    column = Column("given_at", kind)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register(
            "given", pa.table({"n": list(range(len(values))), "text": list(map(str, values))})
        )
        connection.execute(f"CREATE TABLE typed AS SELECT n, text::{kind} AS given_at FROM given")
        fixed, naive = moments(TimestampColumn.model_validate({"column": "at", **timestamp}), column)
        utc = f"coalesce({fixed}, make_timestamptz(epoch_us({naive})))"
        rows = f"SELECT n, {utc} AS occurred_at FROM ({with_moment('typed', column)})"
        found = connection.execute(f"SELECT occurred_at FROM ({within_calendar(rows)}) ORDER BY n").fetchall()
        return [value for (value,) in found]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_digits_written_together_are_the_wall_time_that_they_spell(zone: str) -> None:
    texts = ["20261102", "20261102.0", "202611021230", "202611021230.0", "20261102123059", "19991231235959"]
    expected = [
        "2026-11-02",
        "2026-11-02",
        "2026-11-02 12:30",
        "2026-11-02 12:30",
        "2026-11-02 12:30:59",
        "1999-12-31 23:59:59",
    ]
    assert read(texts, timezone=zone) == [at(text) for text in expected]


@pytest.mark.parametrize(
    "text",
    [
        "46328.520833333336",  # days of a spreadsheet, with and without a fraction
        "46083.50000",
        "46083.5",
        "46083",
        "0",
        "0.0",
        "2026110212",  # an hour written together, which also counts seconds in 2034
        "2026110212305999",
        "20261102123059123",
        "261102123059",
        "02112026",
        "20261302",
        "202611022460",
        "123456789012",  # an identifier; milliseconds of 1973 to say so need a format
        "0511021230",
        "1.7936136e9",
        "1.79361E+12",
        "+1793613600",
        "1793613600,5",
        "99999999999999999999",
        "2026",
        "12:30",
    ],
)
def test_a_number_that_does_not_say_which_time_it_is_is_none(text: str) -> None:
    assert read([text]) == [None]
    assert read([text], timezone="America/New_York") == [None]


def test_times_outside_the_years_that_python_knows_are_no_times() -> None:
    texts = [
        "20266-11-02T10:00:00Z",
        "2026-11-02 (BC)",
        "290000-01-01",
        "9999-12-30",
        "0001-01-01",
        "99999-01-01 00:00",
    ]
    assert read(texts) == [None, None, None, at("9999-12-30"), at("0001-01-01"), None]
    milliseconds = ["1793613600", "1793613600000", "-99999999999999", "9223372036854775807", "1e9", "1_000"]
    assert read(milliseconds, format="epoch") == [at("2026-11-02 10:00"), *[None] * 5]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("INTEGER", 20261102, "2026-11-02"),
        ("UBIGINT", 20261102, "2026-11-02"),
        ("DOUBLE", 20261102.0, "2026-11-02"),
        ("DECIMAL(12, 1)", "20261102.0", "2026-11-02"),
        ("BIGINT", 202611021230, "2026-11-02 12:30"),
        ("BIGINT", 46083, None),
        ("BIGINT", 0, None),
        ("DOUBLE", 46328.520833333336, None),
        ("DOUBLE", "nan", None),
        ("DOUBLE", "inf", None),
        ("HUGEINT", "170141183460469231731687303715884105727", None),
        ("BIGINT", 1793613600, "2026-11-02 10:00"),
        ("DOUBLE", 1793613600.5, "2026-11-02 10:00:00.5"),
        ("BIGINT", 1793613600000000000, "2026-11-02 10:00"),
    ],
)
def test_typed_numbers_are_read_as_the_same_digits_in_text(
    kind: str, value: Any, expected: str | None
) -> None:
    assert read([value], kind) == [at(expected) if expected else None]


@pytest.mark.parametrize(
    ("kind", "value", "pattern", "expected"),
    [
        ("INTEGER", 20261102, "%Y%m%d", "2026-11-02"),
        ("DOUBLE", 20261102.0, "%Y%m%d", "2026-11-02"),
        ("BIGINT", 2026110212, "%Y%m%d%H", "2026-11-02 12:00"),
        ("VARCHAR", "20261102.0", "%Y%m%d", "2026-11-02"),
        ("INTEGER", 21126, "%d%m%y", "2026-11-02"),  # a number has lost the zero of the second of the month
        ("INTEGER", 2112026, "%d%m%Y", "2026-11-02"),
        ("INTEGER", 2026112, "%Y%m%d", None),
        ("VARCHAR", "2112", "%d%m%y", None),
        ("INTEGER", 1793613600, "epoch", "2026-11-02 10:00"),
        ("DOUBLE", 1793613600000.0, "epoch_ms", "2026-11-02 10:00"),
    ],
)
def test_a_format_holds_for_numbers_too(kind: str, value: Any, pattern: str, expected: str | None) -> None:
    assert read([value], kind, format=pattern) == [at(expected) if expected else None]


@pytest.mark.slow
# from where milliseconds have 13 digits, to where seconds begin like a year
@given(
    st.integers(1_000_000_000_000_000, 1_899_999_999_999_999).map(
        lambda us: EPOCH + timedelta(microseconds=us)
    )
)
def test_every_way_to_write_a_time_in_digits_gives_that_time_or_none(moment: datetime) -> None:
    micros = (moment - EPOCH) // timedelta(microseconds=1)
    second = moment.replace(microsecond=0)
    written = {
        str(micros // 1_000_000): second,
        str(micros // 1_000): moment.replace(microsecond=moment.microsecond // 1000 * 1000),
        str(micros): moment,
        f"{micros}000": moment,
        f"{micros // 1_000_000}.{moment.microsecond:06d}": moment,
        f"{moment:%Y%m%d%H%M%S}": second,
        f"{moment:%Y%m%d}": second.replace(hour=0, minute=0, second=0),
    }
    assert read(list(written)) == list(written.values())
    never_another = [
        f"{moment:%Y%m%d%H}",
        f"{moment:%Y%m%d%H%M%S%f}",
        f"{moment:%y%m%d%H%M%S}",
        f"{moment:%d%m%Y}",
        f"{moment:%j}",
    ]
    assert read(never_another) == [None] * len(never_another)


def test_the_date_key_of_a_warehouse_is_the_day_that_it_spells(tmp_path: Path) -> None:
    path = tmp_path / "keys.parquet"
    parquet.write_table(pa.table({"date_key": pa.array([20261102, 20261103], pa.int32())}), path)
    with duckdb.connect() as connection:
        [(kind,)] = connection.execute(f"SELECT typeof(date_key) FROM '{path}' LIMIT 1").fetchall()
    assert read([20261102, 20261103], kind, format="%Y%m%d") == [at("2026-11-02"), at("2026-11-03")]


def test_a_minute_that_may_be_a_second_of_another_year_is_neither() -> None:
    # 22 June 2009 00:00, or 6 September 2020 22:00:00
    assert read(["200906220000", "201306220000"]) == [None, at("2013-06-22")]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
@pytest.mark.parametrize(
    "abbreviation",
    ["BST", "PST", "EST", "CST", "IST", "AST", "NST", "SST", "CET", "pst", "ART", "PDT", "JST"],
)
def test_abbreviations_of_zones_are_no_times_since_they_mean_several(zone: str, abbreviation: str) -> None:
    # to the engine BST is Bangladesh, and PST in July an hour off
    text = f"2026-07-02 10:00 {abbreviation}"
    assert read([text, text.replace(" BST", "BST")], timezone=zone) == [None, None]
    assert read([text], timezone=zone, format="%Y-%m-%d %H:%M %Z") == [None]
    words = f"Thu Jul  2 10:00:00 {abbreviation} 2026"
    assert read([words], timezone=zone, format="%a %b %d %H:%M:%S %Z %Y") == [None]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_zones_by_name_and_utc_are_read(zone: str) -> None:
    names = ["UTC", "GMT", "Europe/London", "Asia/Dhaka", "America/Los_Angeles"]
    expected = [at(f"2026-07-02 {hour}") for hour in ("10:00", "10:00", "09:00", "04:00", "17:00")]
    texts = [f"2026-07-02 10:00 {name}" for name in names]
    assert read(texts, timezone=zone) == expected
    assert read(texts, timezone=zone, format="%Y-%m-%d %H:%M %Z") == expected


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_offsets_that_no_place_has_are_no_times(zone: str) -> None:
    odd = ["+25:00", "+05:99", "+18:30", "-2000", "+15", " UTC+05:30", " GMT+5", " UTC-3"]
    assert read([f"2026-11-02T10:00{offset}" for offset in odd], timezone=zone) == [None] * len(odd)
    texts = [f"2026-11-02 10:00 {offset}" for offset in odd[:4]]
    assert read(texts, timezone=zone, format="%Y-%m-%d %H:%M %z") == [None] * 4
    real = ["+14:00", "-1200", "+05:45", "+0730", "-09", " Etc/GMT+5"]
    hours = ["01 20:00", "02 22:00", "02 04:15", "02 02:30", "02 19:00", "02 15:00"]
    assert read([f"2026-11-02T10:00{offset}" for offset in real], timezone=zone) == [
        at(f"2026-11-{hour}") for hour in hours
    ]


@pytest.mark.parametrize(("pattern", "text"), [("%d.%m.", "02.11."), ("%H:%M", "10:00"), ("%m-%d", "11-02")])
def test_a_format_without_a_year_reads_no_time(pattern: str, text: str) -> None:
    assert read([text], format=pattern) == [None]


def test_times_that_single_precision_has_rounded_are_none() -> None:
    # as FLOAT 20261103 is 20261104, and seconds are 128 apart
    assert read([20261103, 1793613600], "FLOAT") == [None, None]
    assert read([1793613600], "FLOAT", format="epoch") == [None]
    assert read([20261103], "FLOAT", format="%Y%m%d") == [None]
    assert read([60], "FLOAT", format="epoch") == [at("1970-01-01 00:01")]
