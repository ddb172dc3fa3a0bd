"""A report as it was stored, read back: the same numbers, words and tables in cells that pages can write."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any

from reports.cells import Cell, Change, Figure, Link, PeriodCell, Restricted, Share, Sparkline, Status, Table
from reports.documents.model import Sentence

_READ_VERSION = 1
_NUMERIC = (Figure, Share, Change, int, float)


@dataclass(frozen=True)
class StoredChart:
    """A chart in words; its numbers are in a table of its section. `picture` is the file that HTML shows it by."""

    title: str
    description: str
    picture: str


@dataclass(frozen=True)
class StoredSection:
    """A part of a report; `depth` is 1 for those that lie in no other, which come right after it."""

    name: str
    title: str
    depth: int
    sentences: Sequence[Sentence]
    tables: Sequence[Table]
    charts: Sequence[StoredChart]


@dataclass(frozen=True)
class StoredCover:
    """What stands on top of a report, see `reports.documents.model.Cover`."""

    description: str | None
    audience: str
    made_at: datetime
    publication_id: int
    published_at: datetime
    data_through: datetime | None
    timezone: str
    quality: str | None
    doubts: Sequence[str]


@dataclass(frozen=True)
class StoredReport:
    """A report as it was stored; sections as they are read, `hidden` are metrics shown without numbers."""

    cover: StoredCover
    locale: str
    summary: Sequence[Sentence]
    sections: Sequence[StoredSection]
    hidden: Sequence[str]


def stored_report(contents: Mapping[str, Any] | None) -> StoredReport | None:
    """What the contents of a run say, of the shape of `reports.documents.as_json`; None where they are of another."""
    if contents is None or contents.get("version") != _READ_VERSION:
        return None
    numbers = count(1)
    return StoredReport(
        cover=_cover(contents["cover"]),
        locale=contents["locale"],
        summary=[_sentence(each) for each in contents["summary"]],
        sections=[each for section in contents["sections"] for each in _sections(section, 1, numbers)],
        hidden=contents["hidden"],
    )


def _cover(stored: Mapping[str, Any]) -> StoredCover:
    moments = ("made_at", "published_at", "data_through")
    values: dict[str, Any] = {name: stored[name] for name in StoredCover.__dataclass_fields__}
    return StoredCover(**values | {name: _instant(stored[name]) for name in moments})


def _sections(stored: Mapping[str, Any], depth: int, numbers: Iterator[int]) -> Iterator[StoredSection]:
    yield StoredSection(
        name=stored["name"],
        title=stored["title"],
        depth=depth,
        sentences=[_sentence(each) for each in stored["sentences"]],
        tables=[_table(each) for each in stored["tables"]],
        charts=[_chart(each, next(numbers)) for each in stored["illustrations"]],
    )
    for part in stored["parts"]:
        yield from _sections(part, depth + 1, numbers)


def _sentence(stored: Mapping[str, Any]) -> Sentence:
    return Sentence([_cell(each) for each in stored["pieces"]], stored["is_good"])  # type: ignore[misc]


def _table(stored: Mapping[str, Any]) -> Table:
    columns = {each["key"]: each["heading"] for each in stored["columns"]}
    rows = [{key: _cell(cell) for key, cell in row.items()} for row in stored["rows"]]
    return Table(stored["name"], stored["caption"], columns, rows, _numeric(columns, rows))


def _chart(stored: Mapping[str, Any], number: int) -> StoredChart:
    return StoredChart(stored["title"], stored["description"], _picture(number, stored["name"]))


def _picture(number: int, name: str) -> str:
    """As `reports.documents.pictures` names it."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:60] or "chart"
    return f"{number:02}-{plain}.png"


def _numeric(columns: Mapping[str, str], rows: Sequence[Mapping[str, Cell]]) -> frozenset[str]:
    return frozenset(key for key in columns if any(isinstance(row.get(key), _NUMERIC) for row in rows))


def _cell(stored: Mapping[str, Any]) -> Cell:
    read = _OF_KIND.get(stored["kind"])
    return read(stored) if read else stored["value"]


def _link(value: str, href: str, note: str) -> Cell:
    """A link within our own pages; what would lead elsewhere leads nowhere."""
    is_ours = href.startswith("/") and not href.startswith(("//", "/\\"))
    return Link(value, href, note) if is_ours else " ".join(each for each in (value, note) if each)


def _period(stored: Mapping[str, Any]) -> PeriodCell:
    value = stored["value"]
    is_day = value is not None and len(value) == len("2026-03-02")
    return PeriodCell(_day(value) if is_day else _instant(value), stored["grain"])


def _instant(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


_OF_KIND: Mapping[str, Callable[[Mapping[str, Any]], Cell]] = {
    "figure": lambda cell: Figure(cell["value"], cell.get("unit")),
    "share": lambda cell: Share(cell["value"]),
    "change": lambda cell: Change(cell["value"], cell.get("is_good")),
    "status": lambda cell: Status(cell["value"]),
    "period": _period,
    "link": lambda cell: _link(cell["value"], cell["href"], cell.get("note") or ""),
    "trend": lambda cell: Sparkline(tuple(cell["value"])),
    "restricted": lambda cell: Restricted(cell["value"]),
    "instant": lambda cell: _instant(cell["value"]),
    "day": lambda cell: _day(cell["value"]),
}
