"""Documents of reports for tests: of given sections, as a board gets it, of hostile texts alone, and generated ones."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
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
from reports.documents.addresses import report_path
from reports.documents.model import (
    Cover,
    Illustration,
    Period,
    Piece,
    ReportDocument,
    Section,
    Sentence,
)
from tests.unit.reports.charts.build import breakdown, entry, series

ZONE = ZoneInfo("America/New_York")
HOSTILE: list[str] = json.loads(
    (Path(__file__).parent / "integration" / "webapi" / "pages" / "hostile_texts.json").read_text()
)
STATUSES = ("ok", "warning", "critical", "on_track", "at_risk", "off_track", "no_data", "open", "resolved")
WAY = Sparkline((3.0, 4.0, None, 6.0, 5.0, 8.0, 9.0, 7.0, 8.5, 9.0, 10.0, 12.0))


def numbers_of(document: ReportDocument, most_rows: int | None = None) -> list[float]:
    """Every number that a document shows, exact, in the order in which it is read."""
    found = [_number(piece) for sentence in document.summary for piece in sentence.pieces]
    for section in document.all_sections():
        found += [_number(piece) for sentence in section.sentences for piece in sentence.pieces]
        for table in section.tables:
            found += [_number(row.get(key)) for row in table.rows[:most_rows] for key in table.columns]
    return [number for number in found if number is not None]


def kept_numbers_of(document: ReportDocument) -> Iterator[float]:
    """Every number of a document, in no order: those that it shows, and those that lines and charts are drawn of."""
    yield from numbers_of(document)
    for section in document.all_sections():
        for table in section.tables:
            lines = (row.get(key) for row in table.rows for key in table.columns)
            drawn = (line.values for line in lines if isinstance(line, Sparkline))
            yield from (value for values in drawn for value in values if value is not None)
        for illustration in section.illustrations:
            rows = draw(illustration.numbers).table.rows
            yield from (cell for row in rows for cell in row if isinstance(cell, int | float))


def _number(value: Cell | Piece) -> float | None:
    plain = value.value if isinstance(value, Figure | Share | Change) else value
    return plain if isinstance(plain, int | float) and not isinstance(plain, bool) else None


def cover(**fields: Any) -> Cover:
    """Of the first full week of October 2013."""
    given: dict[str, Any] = {
        "report_id": "weekly-scorecard",
        "name": "Weekly scorecard",
        "description": "How the airports did last week: punctuality, cancellations, delays and what explains them.",
        "owner_team": "operations",
        "period": Period("week", datetime(2013, 10, 7, tzinfo=ZONE), datetime(2013, 10, 14, tzinfo=ZONE)),
        "audience": "viewers of team operations",
        "made_at": datetime(2013, 10, 14, 7, tzinfo=ZONE),
        "publication_id": 41,
        "published_at": datetime(2013, 10, 14, 6, 12, tzinfo=ZONE),
        "data_through": datetime(2013, 10, 13, 23, 59, tzinfo=ZONE),
        "timezone": "America/New_York",
        "quality": "warning",
        "doubts": ("12 rows of flights were refused", "the source weather is late"),
        "link": "https://mdl.example.com/reports/weekly-scorecard/7",
    }
    return Cover(**given | fields)


def document(*sections: Section, **fields: Any) -> ReportDocument:
    """A report of these sections, which nothing is doubted of and which leads nowhere."""
    given: dict[str, Any] = {"cover": cover(doubts=(), link=None), "locale": "en", "summary": ()}
    return ReportDocument(**given | {"sections": sections} | fields)


def table_of(rows: Sequence[Sequence[Cell]], *headings: str) -> Table:
    """A table of rows of cells; headings are A, B, C … where none are given."""
    named = headings or [chr(65 + place) for place in range(max(map(len, rows), default=1))]
    keys = {f"c{place}": heading for place, heading in enumerate(named)}
    return Table("t", "A table", keys, [dict(zip(keys, row, strict=False)) for row in rows])


NAMES = (
    ("FLT-DEPARTURES", "Departures", "flights", 6_482.0, 1.9, True, 6_500.0, "ok"),
    ("FLT-ON-TIME-ARRIVALS", "On-time arrivals", "%", 78.41, -3.2, False, 80.0, "warning"),
    ("FLT-CANCELLED", "Cancelled flights", "flights", 41.0, 28.1, False, 30.0, "critical"),
    ("FLT-DELAY", "Average arrival delay", "minutes", 4.7531, -12.5, True, 5.0, "ok"),
    ("FLT-REVENUE", "Ticket revenue", "USD", 1_284_551.5, 0.0, None, 1_200_000.0, "ok"),
)


def metrics_table(rows: int = len(NAMES), name: str = "metrics") -> Table:
    """Metrics with all that is told of one; names come again with a number."""
    columns = {
        "metric": "Metric",
        "status": "Status",
        "value": "Value",
        "change": "Change",
        "target": "Target",
        "recent": "Recently",
    }
    made: list[dict[str, Cell]] = []
    for number in range(rows):
        metric_id, title, unit, value, change, is_good, target, status = NAMES[number % len(NAMES)]
        again = f" {number}" if number >= len(NAMES) else ""
        made.append(
            {
                "metric": Link(f"{title}{again}", f"/metrics/{metric_id}", f"{metric_id}{again}"),
                "status": Status(status),
                "value": Figure(value + number, unit),
                "change": Change(change, is_good),
                "target": Figure(target, unit),
                "recent": WAY,
            }
        )
    return Table(
        name,
        "Where each metric stood, and the way there",
        columns,
        made,
        frozenset({"value", "change", "target"}),
    )


def sample_document(rows: int = len(NAMES), **fields: Any) -> ReportDocument:
    """A report with everything that one can have."""
    given: dict[str, Any] = {
        "cover": cover(),
        "locale": "en",
        "summary": [
            Sentence(
                ["Departures rose by ", Change(1.9, is_good=True), " to ", Figure(6_482.0, "flights"), "."],
                is_good=True,
            ),
            Sentence(
                [
                    "On-time arrivals fell to ",
                    Figure(78.41, "%"),
                    ", below the target of ",
                    Figure(80.0, "%"),
                    "; Newark explains ",
                    Share(0.62),
                    " of it.",
                ],
                is_good=False,
            ),
            Sentence(
                [
                    "Objective Punctual airports is ",
                    Status("at_risk"),
                    " with ",
                    Share(0.45),
                    " on ",
                    date(2013, 10, 13),
                    ".",
                ]
            ),
        ],
        "sections": [_domains(), _objectives(), _metrics(rows), _incidents(), _glossary()],
        "metrics": [each[0] for each in NAMES],
        "hidden": ["FLT-MARGIN"],
    }
    return ReportDocument(**given | fields)


def _domains() -> Section:
    rows: list[dict[str, Cell]] = [
        {
            "domain": Link("Operations", "/domains/OPS", "OPS"),
            "health": Share(0.813),
            "status": Status("on_track"),
            "metrics": 12,
        },
        {
            "domain": Link("Commercial", "/domains/COM", "COM"),
            "health": Share(0.402),
            "status": Status("off_track"),
            "metrics": 3,
        },
    ]
    columns = {"domain": "Domain", "health": "Health", "status": "Status", "metrics": "Metrics"}
    return Section(
        "domains",
        "Domains",
        tables=[Table("domains", "Domains", columns, rows, frozenset({"health", "metrics"}))],
    )


def _objectives() -> Section:
    columns = {
        "kr": "Key result",
        "progress": "Progress",
        "expected": "Expected",
        "current": "Current",
        "end": "Until",
    }
    rows: list[dict[str, Cell]] = [
        {
            "kr": "On time at every airport",
            "progress": Share(0.45),
            "expected": Share(0.6),
            "current": Figure(78.41, "%"),
            "end": date(2013, 12, 31),
        },
        {
            "kr": "Fewer cancellations",
            "progress": Share(None),
            "expected": Share(0.6),
            "current": Restricted(),
            "end": date(2013, 12, 31),
        },
    ]
    part = Section(
        "punctual",
        "Punctual airports",
        [Sentence(["Progress is ", Share(0.45), " where ", Share(0.6), " were expected."], is_good=False)],
        [
            Table(
                "punctual",
                "Key results of Punctual airports",
                columns,
                rows,
                frozenset({"progress", "expected", "current"}),
            )
        ],
        [Illustration("pace", series([31.0, 8.0, None, 25.0, 12.0, 22.0, 28.0]))],
    )
    return Section("objectives", "Objectives", parts=[part])


def _metrics(rows: int) -> Section:
    chart = Illustration("origins", breakdown({"EWR": [21.0, 24.0, 20.0], "JFK": [31.0, 30.0, 33.0]}))
    return Section("metrics", "Metrics", tables=[metrics_table(rows)], illustrations=[chart])


def _incidents() -> Section:
    columns = {
        "incident": "Incident",
        "severity": "Severity",
        "state": "State",
        "began": "Began",
        "period": "Week",
    }
    rows: list[dict[str, Cell]] = [
        {
            "incident": Link("Cancellations above 30", "/incidents/7"),
            "severity": Status("critical"),
            "state": Status("open"),
            "began": datetime(2013, 10, 9, 14, 15, tzinfo=ZONE),
            "period": PeriodCell(datetime(2013, 10, 7, tzinfo=ZONE), "week"),
        }
    ]
    return Section(
        "incidents", "Incidents", tables=[Table("incidents", "Incidents of the week", columns, rows)]
    )


def _glossary() -> Section:
    columns = {"metric": "Metric", "means": "What it means", "certified": "Certified"}
    rows: list[dict[str, Cell]] = [
        {
            "metric": title,
            "means": f"{title}, counted by the airports' own clocks, as scheduled.",
            "certified": number % 2 == 0,
        }
        for number, (_, title, *_) in enumerate(NAMES)
    ]
    return Section(
        "glossary", "Glossary", tables=[Table("glossary", "Metrics of this report", columns, rows)]
    )


def hostile_document(text: str, *, has_charts: bool = False) -> ReportDocument:
    """Every text that people or the catalog may bring is this one; names of files are those they would be."""
    columns = dict.fromkeys(("a", "b", "c", "d", "e", "f", "g"), text)
    row: dict[str, Cell] = {
        "a": Link(text, text, text),
        "b": text,
        "c": Figure(1.5, text),
        "d": Status(text),
        "e": Restricted(text),
        "f": Link(text, f"/metrics/{text}", text),
        "g": Change(-2.25, is_good=False),
    }
    sentences = [Sentence([text, Figure(3.5, text), text, Status(text)], is_good=True)]
    charts = [Illustration("chart", series([1.0, 2.0], metric=entry(text, text)))] if has_charts else []
    inner = Section("inner", text, sentences, [Table("inner", text, columns, [row])], charts)
    outer = Section(
        "outer", text, sentences, [Table("outer", text, columns, [row], frozenset({"c"}))], (), [inner]
    )
    of = {
        "name": text,
        "description": text,
        "owner_team": text,
        "audience": text,
        "timezone": text,
        "quality": text,
    }
    return ReportDocument(
        cover=cover(
            report_id=text, doubts=(text, text), link=f"https://mdl.example.com{report_path(text)}", **of
        ),
        locale="en",
        summary=sentences,
        sections=[outer],
        metrics=[text],
        hidden=[text],
    )


def named(document: ReportDocument, name: str) -> ReportDocument:
    """The document with names of metrics that long, and a cover of that name."""

    def changed(section: Section) -> Section:
        tables = [replace(each, rows=[_named(row, name) for row in each.rows]) for each in section.tables]
        return replace(section, tables=tables, parts=[changed(part) for part in section.parts])

    return replace(
        document,
        cover=replace(document.cover, name=name, description=name),
        sections=[changed(each) for each in document.sections],
    )


def _named(row: Any, name: str) -> dict[str, Cell]:
    return {key: cell._replace(value=name) if isinstance(cell, Link) else cell for key, cell in row.items()}


TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=40),
    st.sampled_from([text.encode("utf-8", "replace").decode() for text in HOSTILE]),
)
_IDS = st.from_regex(r"[a-z]{1,8}(-[a-z]{1,4})?", fullmatch=True)
_NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
_UNITS = st.sampled_from([None, "%", "USD", "minutes", "bytes", "flights", "s"]) | TEXTS
_MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.sampled_from([ZONE, UTC]))  # noqa: DTZ001
_DAYS = st.dates(date(1970, 1, 2), date(2100, 1, 1))
_FIGURES = st.builds(Figure, st.none() | _NUMBERS, _UNITS)
_SHARES = st.builds(Share, st.none() | _NUMBERS)
_CHANGES = st.builds(Change, st.none() | _NUMBERS, st.none() | st.booleans())
_WORDS = st.builds(Status, st.none() | st.sampled_from(STATUSES) | TEXTS)
_PERIODS = st.builds(
    PeriodCell, st.none() | _MOMENTS, st.sampled_from(["hour", "day", "week", "month", "quarter", "year"])
)
_CELLS = st.one_of(
    _FIGURES,
    _SHARES,
    _CHANGES,
    _WORDS,
    _PERIODS,
    TEXTS,
    _NUMBERS,
    _MOMENTS,
    _DAYS,
    st.integers(-(10**15), 10**15),
    st.booleans(),
    st.none(),
    st.builds(Link, TEXTS, TEXTS | st.just("/metrics/x"), TEXTS),
    st.builds(Sparkline, st.lists(st.none() | _NUMBERS, max_size=12).map(tuple)),
    st.just(Restricted()),
)
_SENTENCES = st.lists(
    st.builds(
        Sentence,
        st.lists(
            st.one_of(TEXTS, _FIGURES, _SHARES, _CHANGES, _PERIODS, _WORDS, _DAYS), min_size=1, max_size=5
        ),
        st.none() | st.booleans(),
    ),
    max_size=3,
)
_CHARTS = st.sampled_from([series([1.0, None, 2.5]), breakdown({"DE": [1.0, 2.0], "US": [0.5, 3.0]})])


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A table of any cells; one kind in a column is not asked for."""
    keys = draw(st.lists(_IDS, min_size=1, max_size=9, unique=True))
    rows = draw(st.lists(st.fixed_dictionaries(dict.fromkeys(keys, _CELLS)), max_size=6))
    numeric = draw(st.frozensets(st.sampled_from(keys)))
    return Table(draw(_IDS), draw(TEXTS), {key: draw(TEXTS) for key in keys}, rows, numeric)


def _sections(names: Iterator[str], depth: int, charts: int) -> st.SearchStrategy[Section]:
    parts = st.lists(_sections(names, depth - 1, 0), max_size=2) if depth else st.just([])
    return st.builds(
        Section,
        st.builds(lambda: next(names)),
        TEXTS,
        _SENTENCES,
        st.lists(tables(), max_size=2),
        st.lists(st.builds(Illustration, _IDS, _CHARTS), max_size=charts),
        parts,
    )


@st.composite
def documents(draw: st.DrawFn, charts: int = 0) -> ReportDocument:
    """A report of anything, up to seven headings deep; with `charts`, so many at most in each outer section."""
    names = (f"section-{number}" for number in range(10_000))
    return ReportDocument(
        cover=cover(
            name=draw(TEXTS),
            description=draw(st.none() | TEXTS),
            owner_team=draw(st.none() | TEXTS),
            data_through=draw(st.none() | _MOMENTS),
            doubts=tuple(draw(st.lists(TEXTS, max_size=2))),
            link=draw(st.none() | st.just("https://mdl.example.com/reports/weekly-scorecard") | TEXTS),
        ),
        locale=draw(st.sampled_from(["en", "de", "fr", "ja", "ar", "he", "hi", "en_GB", "de_CH"])),
        summary=draw(_SENTENCES),
        sections=draw(st.lists(_sections(names, 2, charts), max_size=3)),
        paper=draw(st.sampled_from(["a4", "letter"])),
        metrics=draw(st.lists(_IDS, max_size=3)),
        hidden=draw(st.lists(TEXTS, max_size=2)),
    )
