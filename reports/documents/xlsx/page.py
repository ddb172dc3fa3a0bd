"""How a sheet of a report looks on the screen and on paper."""

from collections.abc import Sequence

from reports.charts.texts import shortened
from reports.documents.model import ReportDocument
from reports.workbooks.sheet import Grid, Sheet

TITLE = {"bold": True, "font_size": 16}
SUBTITLE = {"bold": True, "font_size": 12}
FAINT = {"font_color": "#5C6470"}
_PAPERS = {"letter": 1, "a4": 9}
# more rows would leave no room for those that move
_MOST_FROZEN = 12


def set_up(sheet: Sheet, document: ReportDocument, grids: Sequence[Grid] = (), columns: int = 0) -> None:
    """Lines off, print across the page; the longest grid can be filtered, and its heads stay in sight.

    On paper heads are repeated where there is one grid; else the title is. columns: how many are printed, where not
    all are.
    """
    main = max(grids, key=lambda grid: grid.last - grid.head, default=None)
    if main:
        sheet.filter(main)
    reached = sheet.finish(columns or (main.columns if main else 0))
    raw = sheet.raw
    raw.hide_gridlines(2)
    raw.set_landscape()
    raw.set_paper(_PAPERS[document.paper])
    raw.fit_to_pages(1, 0)
    raw.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    name = shortened(document.cover.name, 80).replace("&", "&&")
    raw.set_footer(f"&L {name}&C&A&RPage &P of &N")
    if columns:
        raw.print_area(0, 0, sheet.row, reached - 1)
    raw.repeat_rows(grids[0].head if len(grids) == 1 else 0)
    if main and main.head < _MOST_FROZEN:
        raw.freeze_panes(main.head + 1, 1)
