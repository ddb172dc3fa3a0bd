"""Tables of pages as a workbook: a sheet for each."""

from collections.abc import Iterable

from reports.cells import Cell, Status, Table
from reports.workbooks.book import Book
from reports.workbooks.sheet import Sheet


def to_xlsx(tables: Iterable[Table]) -> bytes:
    """A workbook of the values of tables: numbers are numbers, instants are instants, texts are never formulas."""
    book = Book()
    for table in tables:
        sheet = Sheet(book, table.name[:31])
        keys = table.in_files
        rows = [[_as_word(row.get(key)) for key in keys] for row in table.rows]
        sheet.filter(sheet.grid([table.columns[key] for key in keys], rows))
        sheet.raw.freeze_panes(1, 0)
        sheet.finish()
    return book.content()


def _as_word(cell: Cell) -> Cell:
    """A status as programs know it, as in the other files of pages."""
    return cell.value if isinstance(cell, Status) else cell
