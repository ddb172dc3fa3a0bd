"""Reading values: each test gives one column as text and says what becomes of it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from pipelines.ingest.formats.readers import open_file
from pipelines.ingest.normalise import staged_rows, wanted_columns
from schemas.documents.documents import Source


def read(path: Path, **source: Any) -> list[dict[str, Any]]:
    """The staged rows of a file, in the file's order."""
    kind = path.suffix.removeprefix(".")
    one = Source.model_validate({"source_id": "s", "format": kind, "event": "login", **source})
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        delivered = open_file(one, path, wanted_columns(one), connection)
        found = connection.execute(f"SELECT * FROM ({staged_rows(one, delivered, connection)}) ORDER BY 1")
        names = [name for name, *_ in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def csv(folder: Path, *lines: str) -> Path:
    path = folder / "file.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def moments(folder: Path, texts: list[str], **timestamp: str) -> list[datetime | None]:
    path = csv(folder, "ts", *(f'"{text}"' for text in texts))
    return [row["occurred_at"] for row in read(path, timestamp={"column": "ts", **timestamp})]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


ISO = {
    "2013-03-01": "2013-03-01",
    "2013-03-01 05:07": "2013-03-01 05:07",
    "2013-03-01T05:07:09.123456": "2013-03-01 05:07:09.123456",
    " 2013-03-01T05:07:09Z ": "2013-03-01 05:07:09",
    "2013-03-01T05:07:09+05:30": "2013-02-28 23:37:09",
    "2013-03-01 05:07:09-0500": "2013-03-01 10:07:09",
    "20130301": "2013-03-01",
    "1357016400": "2013-01-01 05:00",
    "1357016400.25": "2013-01-01 05:00:00.25",
    "1357016400250": "2013-01-01 05:00:00.25",
    "1357016400250000": "2013-01-01 05:00:00.25",
    "1357016400250000000": "2013-01-01 05:00:00.25",
    "-1000000000": "1938-04-24 22:13:20",
}


def test_iso_times_and_counts_since_1970_are_read_without_a_format(tmp_path: Path) -> None:
    assert moments(tmp_path, list(ISO)) == [utc(text) for text in ISO.values()]


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_what_is_no_time_is_not_read_as_one(tmp_path: Path, zone: str) -> None:
    texts = ["epoch", "infinity", "now", "2013-02-30", "25:00", "13", "99999999999999999999", "1.2.3"]
    path = csv(tmp_path, "ts", *texts)
    rows = read(path, timestamp={"column": "ts", "timezone": zone})
    assert [row["occurred_at"] for row in rows] == [None] * len(texts)
    assert [row["unread_occurred_at"] for row in rows] == texts
    assert json.loads(rows[0]["raw"]) == {"ts": "epoch"}


def test_wall_times_are_of_the_sources_zone_unless_they_say_their_offset(tmp_path: Path) -> None:
    texts = ["2013-07-01 12:00", "2013-01-01 12:00", "2013-01-01T12:00:00Z", "20130101", "1357016400"]
    assert moments(tmp_path, texts, timezone="America/New_York") == [
        utc("2013-07-01 16:00"),
        utc("2013-01-01 17:00"),
        utc("2013-01-01 12:00"),
        utc("2013-01-01 05:00"),
        utc("2013-01-01 05:00"),
    ]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("%d/%m/%Y %I:%M %p", "02/03/2013 05:07 PM", "2013-03-02 16:07"),
        ("%Y-%m-%d %H:%M %z", "2013-03-02 05:07 -0500", "2013-03-02 10:07"),
        ("%Y-%m-%d %H:%M %Z", "2013-03-02 05:07 America/New_York", "2013-03-02 10:07"),
        ("epoch", "60", "1970-01-01 00:01"),
        ("epoch_ms", "60500", "1970-01-01 00:01:00.5"),
        ("epoch_us", "60500000", "1970-01-01 00:01:00.5"),
    ],
)
def test_a_format_is_obeyed(tmp_path: Path, pattern: str, text: str, expected: str) -> None:
    # Berlin is an hour ahead in March
    assert moments(tmp_path, [text], format=pattern, timezone="Europe/Berlin") == [utc(expected)]


def test_words_that_mean_a_time_to_the_database_are_no_times_in_a_format_either(tmp_path: Path) -> None:
    assert moments(tmp_path, ["epoch", "Infinity", "2013-01-01"], format="%Y-%m-%d") == [
        None,
        None,
        utc("2013-01-01"),
    ]


def test_numbers_must_be_finite_and_flags_count_as_one_and_zero(tmp_path: Path) -> None:
    texts = ["1.5", " -2e3 ", "true", "FALSE", "", "NA", "nan", "inf", "1,5", "0x10", "abc"]
    path = csv(tmp_path, "ts,v", *(f'2013-01-01,"{text}"' for text in texts))
    rows = read(path, timestamp={"column": "ts"}, fields={"value": "v"}, null_values=["", "NA"])
    assert [row["field_value"] for row in rows] == [1.5, -2000, 1, 0, *[None] * 7]
    unread = [row["unread_field_value"] for row in rows]
    assert unread == [*[None] * 6, "nan", "inf", "1,5", "0x10", "abc"]
    assert [row["raw"] is None for row in rows] == [text is None for text in unread]


def test_a_null_marker_that_is_a_number_is_missing_however_it_is_written(tmp_path: Path) -> None:
    source = {"fields": {"value": "n"}, "null_values": ["-999"], "timestamp": {"column": "at"}}
    texts = ["-999", " -999", "-999.0", "-999.00 ", "-9990", "5"]
    path = csv(tmp_path, "at,n", *(f"2013-01-01,{text}" for text in texts))
    rows = read(path, **source)
    assert [row["field_value"] for row in rows] == [None, None, None, None, -9990, 5]
    assert [row["unread_field_value"] for row in rows] == [None] * 6
    for kind, values in {pa.int64(): [-999, 5], pa.float64(): [-999.0, 5.0]}.items():
        typed = tmp_path / f"{kind}.parquet"
        table = {"at": ["2013-01-01"] * 2, "n": pa.array(values, kind), "shop": pa.array([-999, 5])}
        parquet.write_table(pa.table(table), typed)
        rows = read(typed, format="parquet", dimensions={"shop": "shop"}, **source)
        assert [row["field_value"] for row in rows] == [None, 5]
        assert [row["dim_shop"] for row in rows] == [None, "5"]
    assert (
        read(
            csv(tmp_path, "at;n", "2013-01-01;-9.999,00"),
            **{**source, "null_values": ["-9.999"], "decimal": ",", "thousands": ".", "delimiter": ";"},
        )[0]["field_value"]
        is None
    )


def test_dimensions_and_keys_are_the_delivered_text(tmp_path: Path) -> None:
    path = csv(tmp_path, "ts,region,a,b", '2013-01-01,"é, ""x""",1,y', "2013-01-01,,2,")
    rows = read(path, timestamp={"column": "ts"}, dimensions={"region": "region"}, unique_key=["a", "b"])
    assert [(row["dim_region"], row["unique_key"]) for row in rows] == [('é, "x"', '["1","y"]'), (None, None)]


def test_the_event_may_stand_in_a_column(tmp_path: Path) -> None:
    long = "é" * 100
    path = csv(tmp_path, "ts,kind", "2013-01-01,login", "2013-01-01,", f"2013-01-01,{long}")
    rows = read(path, timestamp={"column": "ts"}, event=None, event_column="kind")
    assert [(row["event"], row["unread_event"]) for row in rows] == [
        ("login", None),
        (None, None),
        (None, long),
    ]


def test_json_values_are_found_by_name_and_by_path_into_objects(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl"
    lines = [
        '{"t": 1357016400000, "user": {"region": "emea"}, "v": 1.5}',
        '{"t": "2013-01-01T05:00:00Z", "user.region": "a\\u0000b", "user": {"region": "no"}, "v": null}',
        "",
        "{broken",
        "[1]",
        '{"t": 1357016400, "v": "NaN", "x": NaN}',
    ]
    path.write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
    rows = read(path, timestamp={"column": "t"}, dimensions={"region": "user.region"}, fields={"value": "v"})
    assert [row["row_number"] for row in rows] == [1, 2, 3, 4, 5]
    assert [row["malformed"] for row in rows] == [
        None,
        None,
        "the line is no JSON: it breaks off before its end",
        "the line is no JSON object",
        None,
    ]
    assert [row["dim_region"] for row in rows] == ["emea", "ab", None, None, None]
    assert [row["field_value"] for row in rows] == [1.5, None, None, None, None]
    assert {row["occurred_at"] for row in rows if row["occurred_at"]} == {utc("2013-01-01 05:00")}
    assert json.loads(rows[2]["raw"]) == {"line": "{broken"}


def test_parquet_columns_keep_their_types(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    duckdb.execute(
        f"""COPY (SELECT TIMESTAMP '2013-01-01 12:00:00' AS ts, 1.25::DECIMAL(9, 2) AS price, true AS ok,
        'NaN'::DOUBLE AS bad, DATE '2013-05-01' AS day, 7 AS "row_number", [1, 2] AS list)
        TO '{path}' (FORMAT parquet)"""
    )
    [row] = read(
        path,
        timestamp={"column": "ts", "timezone": "Asia/Kathmandu"},
        dimensions={"day": "day", "n": "row_number"},
        fields={"price": "price", "ok": "ok", "bad": "bad"},
    )
    assert row["occurred_at"] == utc("2013-01-01 06:15")
    assert (row["dim_day"], row["dim_n"]) == ("2013-05-01", "7")
    assert (row["field_price"], row["field_ok"], row["field_bad"]) == (1.25, 1, None)
    assert row["unread_field_bad"] == "nan"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1357016400::INTEGER", "2013-01-01 05:00"),
        ("1357016400250::BIGINT", "2013-01-01 05:00:00.25"),
        ("1357016400.25::DOUBLE", "2013-01-01 05:00:00.25"),
        ("1357016400250.0::DOUBLE", "2013-01-01 05:00:00.25"),
        ("1357016400.25::DECIMAL(18, 2)", "2013-01-01 05:00:00.25"),
        ("DATE '2013-01-01'", "2013-01-01 05:00"),
        ("TIMESTAMP_NS '2013-01-01 00:00:00'", "2013-01-01 05:00"),
        ("'2013-01-01'", "2013-01-01 05:00"),
        ("TIMESTAMPTZ '2013-01-01 05:00:00+00'", "2013-01-01 05:00"),
    ],
)
def test_parquet_times_of_any_type_are_read(tmp_path: Path, value: str, expected: str) -> None:
    path = tmp_path / "file.parquet"
    duckdb.execute(f"COPY (SELECT {value} AS ts) TO '{path}' (FORMAT parquet)")
    [row] = read(path, timestamp={"column": "ts", "timezone": "America/New_York"})
    assert row["occurred_at"] == utc(expected)


def test_any_text_is_data_and_never_sql(tmp_path: Path) -> None:
    evil = "x'); DROP TABLE t; --"
    path = csv(tmp_path, f'ts,"{evil}"', f'2013-01-01,"{evil}"')
    [row] = read(
        path, timestamp={"column": "ts"}, event=evil, dimensions={evil: evil}, null_values=[evil + "2"]
    )
    assert (row["event"], row[f"dim_{evil}"]) == (evil, evil)


def test_times_of_parquet_beyond_all_calendars_make_bad_rows(tmp_path: Path) -> None:
    kinds: list[tuple[pa.DataType, int]] = [
        (pa.date32(), 2**30),
        (pa.timestamp("ms"), 253_402_300_800_000),
        (pa.timestamp("s"), 253_402_300_800),
        (pa.timestamp("us"), 2**62),
    ]
    for kind, number in kinds:
        whole = pa.int32() if kind == pa.date32() else pa.int64()
        path = tmp_path / "file.parquet"
        parquet.write_table(pa.table({"ts": pa.array([0, number, -number], whole).cast(kind)}), path)
        rows = read(path, timestamp={"column": "ts"})
        assert [row["occurred_at"] for row in rows] == [utc("1970-01-01"), None, None]
        assert all(row["unread_occurred_at"] for row in rows[1:])
