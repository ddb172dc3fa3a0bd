"""How the command line prints: rows as table, JSON or CSV; progress on long work."""

import json
import math
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields, is_dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from core.csv_text import csv_text
from core.progress import Advance

OutputFormat = Literal["table", "json", "csv"]

# cells up to this length are never broken: dates with times and offsets, numbers, most names
_WHOLE = 25
# from here on doubles no longer hold every hundredth, and numbers fill a line
_LARGE = 1e15
# what a terminal would obey instead of show
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_Command = TypeVar("_Command", bound=Callable[..., Any])


def format_option(command: _Command) -> _Command:
    """Add `--format table|json|csv` as the parameter `output_format`."""
    choice = click.Choice(["table", "json", "csv"])
    return click.option("--format", "output_format", type=choice, default="table", help="How to print.")(
        command
    )


def print_rows(
    rows: Sequence[Mapping[str, object]],
    output_format: OutputFormat,
    title: str = "",
    columns: Sequence[str] = (),
    *,
    spare: Sequence[str] = (),
) -> None:
    """Print rows that share their keys; an empty list prints as an empty list, or as "nothing".

    `columns` are the keys, so that a CSV without rows has its header too; `spare` those that a table does without in
    a narrow terminal, the first first. Numbers that JSON does not know, such as infinity, are null there.
    """
    if output_format == "json":
        finite = [{name: _finite(value) for name, value in row.items()} for row in rows]
        click.echo(json.dumps(finite, indent=2, default=str, ensure_ascii=False, allow_nan=False))
        return
    columns = list(rows[0] if rows else columns)
    if output_format == "csv":
        click.echo(csv_text(columns, rows), nl=False)
        return
    if not rows:
        click.echo(f"{title}: nothing" if title else "nothing")
        return
    console = terminal()
    console.print(_laid_out(rows, columns, spare, title, console.width))


def print_json(answer: object) -> None:
    """Print an answer that holds read models, each as an object of its fields."""
    click.echo(json.dumps(answer, indent=2, default=_in_json, ensure_ascii=False, allow_nan=False))


def _in_json(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _finite(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _finite(value: object) -> object:
    """JSON has no infinity, which marts of an older version may hold."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def columns_of(record: type[Any]) -> list[str]:
    """The columns of CSV that rows of a read model have."""
    return [field.name for field in fields(record)]


def plain(record: Any) -> dict[str, object]:
    """A read model as a row of JSON or CSV."""
    row: dict[str, object] = json.loads(
        json.dumps(asdict(record), default=datetime.isoformat, ensure_ascii=False)
    )
    return row


def terminal() -> Console:
    """As wide as the terminal, or as COLUMNS says; 160 where the output goes elsewhere. No text is markup."""
    return Console(width=shutil.get_terminal_size((160, 50)).columns, markup=False, highlight=False)


def _laid_out(
    rows: Sequence[Mapping[str, object]], columns: list[str], spare: Sequence[str], title: str, width: int
) -> Table:
    """The rows as a table in which numbers, dates and other short cells are never broken.

    Where it is too wide, columns that say nothing are left out, then those of `spare`; the caption names them. Where
    long texts would still have no room, each row is a block of lines.
    """
    cells = {column: [_cell(row[column]) for row in rows] for column in columns}
    needed = {column: max(len(column), *map(len, cells[column])) for column in columns}
    empty = [column for column in columns if set(cells[column]) <= {"-", ""}]
    kept = list(columns)
    for column in [*empty, *(name for name in spare if name not in empty)]:
        if len(kept) > 1 and _least_width(kept, needed) > width:
            kept.remove(column)
    if _least_width(kept, needed) > width:
        return _blocks(cells, title)
    left_out = [name for name in columns if name not in kept]
    caption = f"in a wider terminal: {', '.join(left_out)}" if left_out else None
    table = Table(title=title or None, title_justify="left", caption=caption, caption_justify="left")
    for column in kept:
        is_number = all(isinstance(row[column], int | float | None) for row in rows)
        table.add_column(
            column,
            justify="right" if is_number else "left",
            overflow="fold",
            no_wrap=needed[column] <= _WHOLE,
        )
    for number in range(len(rows)):
        table.add_row(*(cells[column][number] for column in kept))
    return table


def _least_width(columns: Sequence[str], needed: Mapping[str, int]) -> int:
    """Of a table that breaks texts only where they are long."""
    return sum(min(needed[column], _WHOLE) + 3 for column in columns) + 1


def _blocks(cells: Mapping[str, Sequence[str]], title: str) -> Table:
    """Each row as lines of name and value, an empty line behind it."""
    table = Table.grid(padding=(0, 2))
    table.title, table.title_justify = title or None, "left"
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for row in zip(*cells.values(), strict=True):
        for name, text in zip(cells, row, strict=True):
            table.add_row(name, text)
        table.add_row()
    return table


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.2f}" if value == 0 or 0.01 <= abs(value) < _LARGE else f"{value:.4g}"
    return _CONTROL.sub("\ufffd", str(value))


@contextmanager
def progress() -> Iterator[Advance]:
    """Show progress on standard error: bars on a terminal, a line per finished step elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _plain_lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, Any] = {}

        def advance(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield advance


def _plain_lines() -> Advance:
    def advance(what: str, done: int, total: int | None) -> None:
        if total is not None and done >= total:
            click.echo(f"{what}: {done:,}", err=True)

    return advance
