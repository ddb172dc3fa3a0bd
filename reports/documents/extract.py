"""How much of a report fits where there is a bound: what is cut first, and where it ends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from reports.documents.model import ReportDocument, Section

# rows that every table has before sections within others are left out; that stay then; that no bound has room for
_ENOUGH_ROWS, _FEWEST_ROWS, _MOST_ROWS = 50, 3, 1_000


@dataclass(frozen=True)
class Extract:
    """A report of which each table shows at most so many rows, and so many sections are left out."""

    document: ReportDocument
    most_rows: int
    sections_left_out: int = 0


def largest_that_fits(document: ReportDocument, fits: Callable[[Extract], bool]) -> Extract:
    """The whole if it fits, else as much of it as does; none of its sections if none fits.

    The largest tables are cut first, to 50 rows; then sections within others are left out, the last ones first; then
    tables are cut to three rows; then the last sections are left out.
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
    """The first sections, with the first of those within them."""
    kept: list[Section] = []
    for section in document.sections[:tops]:
        inner, parts = _first(section.parts, parts)
        kept.append(replace(section, parts=inner))
    smaller = replace(document, sections=kept)
    return Extract(smaller, rows, len(document.all_sections()) - len(smaller.all_sections()))


def _first(sections: Sequence[Section], number: int) -> tuple[list[Section], int]:
    """The first sections, counted as `all_sections` orders them, and how many more could be taken."""
    kept: list[Section] = []
    for section in sections:
        if number == 0:
            break
        parts, number = _first(section.parts, number - 1)
        kept.append(replace(section, parts=parts))
    return kept, number
