"""How the command line prints: rows as table, JSON or CSV; progress on long work."""

import getpass
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from core.csv_text import csv_text

OutputFormat = Literal["table", "json", "csv"]
Advance = Callable[[str, int, int | None], None]
"""Called with what is being done, how much of it is done, and how much there is (None: unknown)."""

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
) -> None:
    """Print rows that share their keys; an empty list prints as an empty list, or as "nothing".

    columns: the keys, so that a CSV without rows has its header too.
    """
    if output_format == "json":
        click.echo(json.dumps(list(rows), indent=2, default=str, ensure_ascii=False))
        return
    columns = list(rows[0] if rows else columns)
    if output_format == "csv":
        click.echo(csv_text(columns, rows), nl=False)
        return
    if not rows:
        click.echo(f"{title}: nothing" if title else "nothing")
        return
    numeric = {c for c in columns if all(isinstance(row[c], int | float | None) for row in rows)}
    table = Table(title=title or None, title_justify="left")
    for column in columns:
        table.add_column(column, justify="right" if column in numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in columns))
    Console(width=None if sys.stdout.isatty() else 160, markup=False, highlight=False).print(table)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) >= 0.01 or value == 0 else f"{value:.3g}"
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


def login_name() -> str:
    """Who sits at the terminal, as the operating system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # a container may run under a number that has no name
        return "unknown"


def silent(_what: str, _done: int, _total: int | None) -> None:
    """An `Advance` that shows nothing."""
