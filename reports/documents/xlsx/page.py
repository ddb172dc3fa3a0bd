"""How a sheet of a report looks on the screen and on paper."""

from reports.charts.texts import shortened
from reports.documents.model import ReportDocument
from reports.workbooks.sheet import Grid, Sheet

TITLE = {"bold": True, "font_size": 16}
SUBTITLE = {"bold": True, "font_size": 12}
FAINT = {"font_color": "#5C6470"}
LAST_OF_TEXT = 7
"""The column that texts reach to."""
_PAPERS = {"letter": 1, "a4": 9}
# more rows would leave no room for those that move
_MOST_FROZEN = 12


def set_up(sheet: Sheet, document: ReportDocument, main: Grid | None = None, columns: int = 0) -> None:
    """Lines off, print across the page; the heads of the main grid stay in sight and on every page.

    columns: how many are printed, where not all are.
    """
    sheet.finish()
    raw = sheet.raw
    raw.hide_gridlines(2)
    raw.set_landscape()
    raw.set_paper(_PAPERS[document.paper])
    raw.fit_to_pages(1, 0)
    raw.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    name = shortened(document.cover.name, 80).replace("&", "&&")
    raw.set_footer(f"&L {name}&C&A&RPage &P of &N")
    if columns:
        raw.print_area(0, 0, sheet.row, columns - 1)
    if main is None:
        return
    raw.repeat_rows(main.head)
    if main.head < _MOST_FROZEN:
        raw.freeze_panes(main.head + 1, 1)
