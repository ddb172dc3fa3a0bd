"""Builders of reports, with defaults, and generated ones."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from reports.cells import (
    Cell,
    Change,
    Figure,
    Link,
    PeriodCell,
    Restricted,
    Share,
    Sparkline,
    Status,
    Table,
)
from reports.charts.drawing import draw
from reports.documents.model import Cover, Illustration, Period, ReportDocument, Section, Sentence
from tests.unit.reports.charts.build import breakdown, entry, series

ZONE = ZoneInfo("America/New_York")
START = datetime(2026, 3, 2, tzinfo=ZONE)


def cover(**fields: Any) -> Cover:
    """Of a weekly report from publication 42."""
    given: dict[str, Any] = {
        "report_id": "weekly",
        "name": "Weekly scorecard",
        "description": "How the week went.",
        "owner_team": "operations",
        "period": Period("week", START, START + timedelta(days=7)),
        "audience": "viewers",
        "made_at": datetime(2026, 3, 9, 6, tzinfo=ZONE),
        "publication_id": 42,
        "published_at": datetime(2026, 3, 9, 5, 30, 12, tzinfo=ZONE),
        "data_through": datetime(2026, 3, 8, 23, 59, tzinfo=ZONE),
        "timezone": "America/New_York",
        "quality": "ok",
    }
    return Cover(**given | fields)


def document(*sections: Section, **fields: Any) -> ReportDocument:
    """A report of these sections."""
    given: dict[str, Any] = {"cover": cover(), "locale": "en", "summary": (), "sections": sections}
    return ReportDocument(**given | fields)


def table(rows: Sequence[Sequence[Cell]], *headings: str) -> Table:
    """A table of rows of cells; headings are A, B, C … where none are given."""
    named = headings or [chr(65 + place) for place in range(max(map(len, rows), default=1))]
    keys = {f"c{place}": heading for place, heading in enumerate(named)}
    return Table("t", "A table", keys, [dict(zip(keys, row, strict=False)) for row in rows])


def numbers_of(report: ReportDocument) -> Iterator[float]:
    """Every number that the report has, in sentences, tables, sparklines and charts."""
    for sentence in report.summary:
        yield from _numbers(sentence.pieces)
    for section in report.all_sections():
        for sentence in section.sentences:
            yield from _numbers(sentence.pieces)
        for each in section.tables:
            for row in each.rows:
                yield from _numbers(row.values())
        for illustration in section.illustrations:
            for cells in draw(illustration.numbers).table.rows:
                yield from (cell for cell in cells if isinstance(cell, int | float))


def _numbers(cells: Any) -> Iterator[float]:
    for cell in cells:
        if isinstance(cell, Sparkline):
            yield from (value for value in cell.values if value is not None)
        elif isinstance(cell, Figure | Share | Change) and cell.value is not None:
            yield cell.value
        elif isinstance(cell, int | float) and not isinstance(cell, bool):
            yield cell


UNITS = st.sampled_from(
    [None, "EUR", "JPY", "%", "s", "ms", "hours", "bytes", "orders", 'a "b"; [h]', "=1+1", "\\d"]
) | st.text(max_size=60)
NUMBERS = st.floats(-1e300, 1e300, allow_subnormal=False) | st.integers(-(2**53), 2**53)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=50)
DATES = st.dates(date(1900, 3, 1), date(2200, 1, 1))
INSTANTS = st.datetimes(datetime(1900, 3, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
PIECES = st.one_of(
    TEXTS,
    st.builds(Figure, st.none() | NUMBERS, UNITS),
    st.builds(Share, st.none() | NUMBERS),
    st.builds(Change, st.none() | NUMBERS, st.none() | st.booleans()),
    st.builds(Status, st.none() | st.sampled_from(["ok", "at_risk", "critical", "no_data"])),
    st.builds(PeriodCell, INSTANTS, st.sampled_from(["hour", "day", "week", "month", "quarter", "year"])),
    DATES,
)
CELLS = st.one_of(
    PIECES,
    NUMBERS,
    st.booleans(),
    INSTANTS,
    st.none(),
    st.builds(Link, TEXTS, st.just("/metrics/x"), TEXTS),
    st.builds(Sparkline, st.lists(st.none() | NUMBERS, max_size=4).map(tuple)),
    st.just(Restricted()),
)
SENTENCES = st.builds(Sentence, st.lists(PIECES, max_size=4), st.none() | st.booleans())
ILLUSTRATIONS = st.builds(
    Illustration,
    st.just("chart"),
    st.lists(st.none() | st.floats(-1e9, 1e9), min_size=1, max_size=4).flatmap(
        lambda numbers: st.sampled_from(
            [
                series(numbers),
                breakdown({"DE": numbers, "US": numbers}),
                series(numbers, metric=entry(unit="%")),
            ]
        )
    ),
)


def _sections(parts: st.SearchStrategy[list[Section]]) -> st.SearchStrategy[Section]:
    tables = st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=3).map(table)
    return st.builds(
        Section,
        st.just("section"),
        TEXTS,
        st.lists(SENTENCES, max_size=2),
        st.lists(tables, max_size=2),
        st.lists(ILLUSTRATIONS, max_size=1),
        parts,
    )


DOCUMENTS = st.builds(
    document,
    _sections(st.lists(_sections(st.just([])), max_size=2)),
    _sections(st.just([])),
    summary=st.lists(SENTENCES, max_size=2),
    locale=st.sampled_from(["en", "de", "ar", "ja"]),
)
