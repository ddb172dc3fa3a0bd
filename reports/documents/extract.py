"""How much of a report fits where there is a bound: the largest tables are cut first, then the last sections."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from reports.documents.model import ReportDocument, Section

_FEWEST_ROWS, _MOST_ROWS = 3, 1_000


@dataclass(frozen=True)
class Extract:
    """A report of which each table shows at most so many rows, and so many last sections are left out."""

    document: ReportDocument
    most_rows: int
    sections_left_out: int = 0


def largest_that_fits(document: ReportDocument, fits: Callable[[Extract], bool]) -> Extract:
    """The whole if it fits, else as much of it as does; tables of more than a thousand rows never do.

    One that does not fit without any section is given without any.
    """
    sections = document.all_sections()
    longest = max((len(table.rows) for section in sections for table in section.tables), default=0)
    whole = Extract(document, longest)
    if longest <= _MOST_ROWS and fits(whole):
        return whole
    rows = _most(min(longest, _MOST_ROWS), lambda number: fits(Extract(document, number)))
    if rows >= _FEWEST_ROWS:
        return Extract(document, rows)

    def first(number: int) -> Extract:
        kept, _ = _first(document.sections, number)
        return Extract(replace(document, sections=kept), _FEWEST_ROWS, len(sections) - number)

    return first(_most(len(sections), lambda number: fits(first(number))))


def _most(high: int, holds: Callable[[int], bool]) -> int:
    """The greatest number below `high` for which it holds, given that it holds for all that are smaller; else 0."""
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _first(sections: Sequence[Section], number: int) -> tuple[list[Section], int]:
    """The first sections, counted as `all_sections` orders them, and how many more could be taken."""
    kept: list[Section] = []
    for section in sections:
        if number == 0:
            break
        parts, number = _first(section.parts, number - 1)
        kept.append(replace(section, parts=parts))
    return kept, number
