"""How much of a report fits where there is a bound: what is cut first, and where it ends."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from reports.documents.model import ReportDocument, Section

# rows of outer tables that stay before details go; that stay at last; that no bound has room for
_ENOUGH_ROWS, _FEWEST_ROWS, _MOST_ROWS = 50, 3, 1_000
_NO_BOUND = sys.maxsize


@dataclass(frozen=True)
class Extract:
    """A report of which each table shows at most so many rows, those of sections within others at most `most_within`.

    A table that would show none of its rows is left out.
    """

    document: ReportDocument
    most_rows: int
    most_within: int = _NO_BOUND
    sections_left_out: int = 0

    def rows_at(self, depth: int) -> int:
        """Rows that a table shows, in a section within `depth` others."""
        return min(self.most_rows, self.most_within) if depth else self.most_rows

    def tables_left_out(self) -> int:
        """Of the sections that are shown."""
        inner = {id(each) for each in self.document.sections}
        parts = (each for each in self.document.all_sections() if id(each) not in inner)
        return 0 if self.most_within else sum(bool(table.rows) for part in parts for table in part.tables)


def largest_that_fits(document: ReportDocument, fits: Callable[[Extract], bool]) -> Extract:
    """The whole if it fits, else as much of it as does; none of its sections if none fits.

    The largest tables are cut first, to 50 rows; then those of sections within others, until sentences and charts are
    left; then such sections are left out, the last ones first; then tables are cut to three rows; then the last
    sections are left out.
    """
    every = document.all_sections()
    longest = max((len(table.rows) for section in every for table in section.tables), default=0)
    whole = Extract(document, longest)
    if longest <= _MOST_ROWS and fits(whole):
        return whole
    tops, parts = len(document.sections), len(every) - len(document.sections)
    enough = min(longest, _ENOUGH_ROWS)
    steps: list[tuple[Callable[[int], Extract], int, int]] = [
        (lambda rows: Extract(document, rows), min(longest, _MOST_ROWS), _ENOUGH_ROWS),
        (lambda rows: Extract(document, enough, rows), enough, 0),
        (lambda number: _reduced(document, tops, number, enough), parts, 0),
        (lambda rows: _reduced(document, tops, 0, rows), enough, _FEWEST_ROWS),
        (lambda number: _reduced(document, number, 0, _FEWEST_ROWS), tops, 1),
    ]
    for made, high, least in steps:
        number = _most(high, made, fits)
        if number >= least and fits(made(number)):
            return made(number)
    return _reduced(document, 0, 0, _FEWEST_ROWS)


def _most(high: int, made: Callable[[int], Extract], fits: Callable[[Extract], bool]) -> int:
    """The greatest number below `high` whose extract fits, given that those of all smaller ones do; else 0."""
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(made(middle)) else (low, middle)
    return low


def _reduced(document: ReportDocument, tops: int, parts: int, rows: int) -> Extract:
    """The first sections, with the first of those within them, which have no tables."""
    kept: list[Section] = []
    for section in document.sections[:tops]:
        inner, parts = _first(section.parts, parts)
        kept.append(replace(section, parts=inner))
    smaller = replace(document, sections=kept)
    return Extract(smaller, rows, 0, len(document.all_sections()) - len(smaller.all_sections()))


def _first(sections: Sequence[Section], number: int) -> tuple[list[Section], int]:
    """The first sections, counted as `all_sections` orders them, and how many more could be taken."""
    kept: list[Section] = []
    for section in sections:
        if number == 0:
            break
        parts, number = _first(section.parts, number - 1)
        kept.append(replace(section, parts=parts))
    return kept, number
