"""What the client reads is what stands in the marts."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration.webapi.clients.conftest import ANEW, Loopback, execute, rows_of

Connect = Callable[..., Any]
COLUMNS = (
    *(
        "slice",
        "period_start",
        "period_end",
        "is_complete",
        "value",
        "numerator",
        "denominator",
        "sample_count",
    ),
    *("is_carried", "status", "previous_value", "change_pct", "baseline_value"),
)
MARTS = f"select {', '.join(COLUMNS)} from marts.metric_values where metric_id = :metric and grain = :grain"
IN_ORDER = 'order by slice collate "C", period_start'

# so many countries for 500 hours over the end of summer time; every seventh has no values
HOURS = """
insert into marts.metric_values
select 'revenue', 'hour', 'country=C' || to_char(country, 'FM00000'), at, at + interval '1 hour', true,
  case when country % 7 > 0 then country * 1000 + extract(day from at) end, null, null, country, false, 'ok',
  null, null, null, '1.0.0', 'hash', 1
from generate_series(1, :countries) country,
  generate_series(timestamptz '2025-10-20 00:00Z', '2025-11-09 19:00Z', interval '1 hour') at
"""
NEW_YORK = "update ops.publications set timezone = 'America/New_York'"
BY_HOUR = (
    """update marts.published_metrics set grains = '["hour", "day", "month"]' where metric_id = 'revenue'"""
)


@pytest.fixture
def by_hour(serve: Callable[..., Loopback], own_url: str) -> Loopback:
    """The shop in New York with 500 hours of revenue in each of seven countries."""
    execute(own_url, HOURS, NEW_YORK, BY_HOUR, countries=7)
    return serve(own_url)


def rows(result: Any, columns: Sequence[str] = COLUMNS) -> list[tuple[Any, ...]]:
    """Rows of an answer, with instants in UTC."""
    table = result.to_arrow().select(list(columns))
    in_utc = [
        column.cast(pa.timestamp("us", "UTC")).to_pylist()
        if name.startswith("period_")
        else column.to_pylist()
        for name, column in zip(table.column_names, table.columns, strict=True)
    ]
    return list(zip(*in_utc, strict=True))


def marts(url: str, metric: str, grain: str, which: str, rest: str = IN_ORDER) -> list[tuple[Any, ...]]:
    return rows_of(url, f"{MARTS} and {which} {rest}", metric=metric, grain=grain)


def newest(found: list[tuple[Any, ...]], limit: int | None) -> list[tuple[Any, ...]]:
    """The newest rows, of a period those of the first slices, in the order of answers."""
    newest_first = sorted(found, key=lambda row: (-row[1].timestamp(), row[0]))
    return sorted(newest_first[:limit], key=lambda row: (row[0], row[1]))


@pytest.mark.parametrize("metric", ["revenue", "orders", "refunds"])
def test_values_are_those_of_the_marts(
    twice: Loopback, twice_url: str, connect: Connect, metric: str
) -> None:
    mdl = connect(twice)
    assert rows(mdl.values(metric, grain="day")) == marts(twice_url, metric, "day", "slice = ''")
    by_country = marts(twice_url, metric, "day", "slice like 'country=%'")
    assert rows(mdl.values(metric, grain="day", by="country")) == by_country
    in_germany = [row for row in by_country if row[0] == "country=DE"]
    assert rows(mdl.values(metric, grain="day", slices="country=DE")) == in_germany
    assert rows(mdl.values(metric, grain="day", slices=["country=DE"], complete=True)) == [
        row for row in in_germany if row[3]
    ]


def test_values_can_be_had_of_a_range_and_as_of_a_day(twice: Loopback, connect: Connect) -> None:
    mdl = connect(twice)
    days = [("2026-03-01", 35.0), ("2026-03-02", 30.0)]
    for bounds in (
        {"start": date(2026, 3, 1), "end": date(2026, 3, 2)},
        {"start": "2026-03-01", "end": "2026-03-02"},
        {"start": datetime(2026, 3, 1, tzinfo=UTC), "end": "2026-03-03T00:00"},
    ):
        found = mdl.values("revenue", grain="day", **bounds)
        assert [(f"{row['period_start']:%Y-%m-%d}", row["value"]) for row in found] == days
    then = mdl.values("revenue", grain="day", as_of="2026-03-03", end="2026-03-01")
    assert [row["value"] for row in then] == [30.0]  # before the correction
    assert (then.trust.publication_id, mdl.values("revenue").trust.publication_id) == (1, 2)
    assert [row["value"] for row in mdl.values("revenue", grain="day", limit=2)][-1:] == [
        row["value"] for row in mdl.values("revenue", grain="day")
    ][-1:]


def test_more_rows_than_a_page_holds_come_in_pages_and_are_all_there_once(
    own: Loopback, own_url: str, connect: Connect
) -> None:
    execute(own_url, HOURS, BY_HOUR, countries=130)
    mdl = connect(own)
    values = mdl.values("revenue", grain="hour", by="country")
    assert own.statuses("/values") == [200, 200]
    assert len(values) == 65_000
    assert rows(values) == marts(own_url, "revenue", "hour", "slice <> ''")
    some = mdl.values("revenue", grain="hour", by="country", limit=50_001)
    assert rows(some) == newest(rows(values), 50_001)


def test_the_size_of_a_page_changes_nothing(
    twice: Loopback, client: ModuleType, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    mdl = connect(twice)
    days = (None, "2026-03-03")
    everything = {day: rows(mdl.values("revenue", grain="day", by="country", as_of=day)) for day in days}

    @settings(max_examples=30)
    @given(st.integers(3, 12), st.none() | st.integers(1, 12), st.sampled_from(days))
    def read(size: int, limit: int | None, as_of: str | None) -> None:
        monkeypatch.setattr(client.pages, "PAGE_ROWS", size)
        values = mdl.values("revenue", grain="day", by="country", limit=limit, as_of=as_of)
        assert rows(values) == newest(everything[as_of], limit)

    read()


def test_a_period_with_more_slices_than_a_page_holds_is_refused_in_words(
    twice: Loopback, client: ModuleType, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client.pages, "PAGE_ROWS", 2)
    with pytest.raises(client.MdlError, match="2 slices or more; name those that you need"):
        connect(twice).values("revenue", grain="day", by="country")


def test_a_publication_between_two_pages_starts_the_reading_anew(
    own: Loopback, own_url: str, client: ModuleType, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client.pages, "PAGE_ROWS", 2)
    mdl = connect(own)
    own.before = lambda: execute(own_url, ANEW) if own.statuses("/values") == [200] else None
    values = mdl.values("revenue", grain="day")
    assert (len(values), values.trust.publication_id) == (3, 2)
    assert own.statuses("/values") == [200] * 6  # three pages, twice
    own.before = lambda: execute(own_url, ANEW)
    with pytest.raises(client.PublicationChangedError, match="revenue was published anew"):
        mdl.values("revenue", grain="day", complete=True)
    assert own.statuses("/values") == [200] * 15


def test_a_frame_of_pandas_has_moments_of_the_reporting_zone_and_numbers(
    by_hour: Loopback, connect: Connect
) -> None:
    frame = connect(by_hour).values("revenue", grain="hour", slices="country=C00007").to_pandas()
    assert frame.dtypes.astype(str).to_dict() == dict.fromkeys(COLUMNS, "float64") | {
        "metric_id": "str",
        "grain": "str",
        "slice": "str",
        "status": "str",
        "period_start": "datetime64[us, America/New_York]",
        "period_end": "datetime64[us, America/New_York]",
        "is_complete": "bool",
        "is_carried": "bool",
        "sample_count": "int64",
    }
    assert frame["value"].isna().all()  # every seventh country has none
    twice_one = frame[frame["period_start"].dt.strftime("%d %H") == "02 01"]
    assert [str(start) for start in twice_one["period_start"]] == [
        "2025-11-02 01:00:00-04:00",
        "2025-11-02 01:00:00-05:00",
    ]


def test_the_same_numbers_come_in_polars_arrow_and_rows(twice: Loopback, connect: Connect) -> None:
    values = connect(twice).values("revenue", grain="day", by="country")
    frame = values.to_polars()
    assert frame.rows() == [tuple(row.values()) for row in values]
    assert str(frame.schema["period_start"]) == "Datetime(time_unit='us', time_zone='UTC')"
    assert values.to_arrow().to_pylist() == list(values)
    assert values.to_pandas()["value"].dropna().tolist() == [row["value"] for row in values if row["value"]]


def test_several_metrics_stand_side_by_side_as_sql_joins_them(
    twice: Loopback, twice_url: str, connect: Connect
) -> None:
    joined = rows_of(
        twice_url,
        """select slice, period_start, period_end, is_complete, max(value) filter (where metric_id = 'orders'),
          max(value) filter (where metric_id = 'revenue') from marts.metric_values
        where metric_id in ('orders', 'revenue') and grain = 'day' and slice like 'country=%'
        group by 1, 2, 3, 4 """
        + IN_ORDER,
    )
    query = connect(twice).query(["orders", "revenue"], "day", by="country")
    assert rows(query, query.table.column_names) == joined
    assert [str(dtype) for dtype in query.to_pandas().dtypes[["period_start", "revenue"]]] == [
        "datetime64[us, UTC]",
        "float64",
    ]
    assert [metric.metric_id for metric in query.metrics] == ["orders", "revenue"]


def test_a_metric_that_is_named_as_a_column_cannot_be_one(twice: Loopback, connect: Connect) -> None:
    with pytest.raises(ValueError, match="cannot have the name slice: read this metric by values"):
        connect(twice).query(["slice"], "day")


def test_the_scorecard_has_a_row_per_key_result_and_the_whole(
    twice: Loopback, twice_url: str, connect: Connect
) -> None:
    card = connect(twice).scorecard()
    stored = rows_of(
        twice_url,
        """select kr_id, current_value, progress, status from marts.key_result_progress
        where as_of_date = (select max(as_of_date) from marts.key_result_progress) order by 1""",
    )
    assert rows(card, ["kr_id", "current_value", "progress", "status"]) == stored
    row = next(iter(card))
    assert (row["as_of_date"], row["domain_id"], row["objective_id"]) == (date(2026, 3, 5), "SHOP", "SELL")
    assert [domain.domain_id for domain in card.scored.domains] == ["SHOP", "STORE"]
    earlier = connect(twice).scorecard(as_of="2026-03-03")
    assert earlier.scored.as_of_date == date(2026, 3, 3)


def test_metrics_are_found_by_words_and_filters_on_however_many_pages(
    own: Loopback, own_url: str, connect: Connect
) -> None:
    mdl = connect(own)
    assert [metric.id for metric in mdl.metrics()] == ["average-order", "happiness", "revenue"]
    assert [metric.id for metric in mdl.metrics("happ")] == ["happiness"]
    assert [metric.id for metric in mdl.metrics(domain="shop", current=True) if metric.current] == [
        "average-order",
        "revenue",
    ]
    assert mdl.metric("revenue").content.definition.formula == "SUM(order.value)"
    assert mdl.metrics("no such thing") == []


def test_a_result_says_what_it_rests_on(by_hour: Loopback, connect: Connect) -> None:
    values = connect(by_hour).values("revenue", grain="day")
    assert values.trust.timezone == "America/New_York"
    assert values.trust_line.endswith("publication 1, America/New_York, finished periods, quality warning")
    assert values.trust_line.startswith("data through 2026-03-")
    assert repr(values) == f"<Values of {len(values)} rows; {values.trust_line}>"
    assert values.to_arrow().schema.metadata[b"mdl"].startswith(b'{"publication_id": 1')
    assert not values.is_stale


def test_without_pyarrow_a_message_says_what_to_install(
    client: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ModuleNotFoundError, match=r"install mdl-client\[pandas\]"):
        client.results.arrow()
