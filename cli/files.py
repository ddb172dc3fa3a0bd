"""`mdl events files` and `mdl events dismiss`: what became of delivered files, and setting refused ones aside."""

from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

import click

from core.clock import wall_now
from core.console import OutputFormat, format_option, login_name, print_rows
from core.database import connect
from core.errors import DataError
from core.settings import load_settings
from reports.operations.files import STATES, DeliveredFile, delivered_files
from schemas.identity.audit import Doer, record
from schemas.migrate import migrate

_source = click.option("--source", "source_id", help="Only files of this source.")


@click.command("files")
@_source
@click.option("--state", type=click.Choice(STATES), help="By default all but replaced ones.")
@format_option
def files(source_id: str | None, state: str | None, output_format: OutputFormat) -> None:
    """Print delivered files with what became of them; in the table, those refused alike are one row."""
    settings = load_settings()
    engine = connect(settings)
    with engine.connect() as connection:
        found = delivered_files(connection, source_id, [state] if state else [])
    engine.dispose()
    if output_format == "table":
        print_rows(_grouped(found, settings.zone), "table", "Files")
    else:
        print_rows([{**asdict(one), **_times(one, settings.zone)} for one in found], output_format)


def _times(one: DeliveredFile, zone: ZoneInfo) -> dict[str, str | None]:
    times = {"modified_at": one.modified_at, "seen_at": one.seen_at}
    return {name: _local(time, zone).isoformat() if time else None for name, time in times.items()}


def _local(time: datetime, zone: ZoneInfo) -> datetime:
    return time.astimezone(zone).replace(microsecond=0)


def _grouped(found: list[DeliveredFile], zone: ZoneInfo) -> list[dict[str, object]]:
    """Rows for people: neighbours with the same fate and reason are one, with their number."""

    def fate(one: DeliveredFile) -> tuple[object, ...]:
        # a file that was taken is a row of its own
        return (one.source_id, one.state, one.reason, one.path if one.reason is None else "")

    rows = []
    for _, neighbours in groupby(sorted(found, key=lambda one: (*map(str, fate(one)), one.path)), fate):
        group = list(neighbours)
        first, newest = group[0], max(group, key=lambda one: one.seen_at)
        rows.append(
            {
                "file": first.path if len(group) == 1 else f"{first.path} and {len(group) - 1:,} more",
                "source": first.source_id,
                "state": first.state,
                "rows": sum(one.rows or 0 for one in group),
                "accepted": sum(one.accepted or 0 for one in group),
                "quarantined": sum(one.quarantined or 0 for one in group),
                "seen": f"{_local(newest.seen_at, zone):%Y-%m-%d %H:%M}",
                "reason": first.dismissed_reason or first.reason or "",
            }
        )
    return rows


@click.command("dismiss")
@click.argument("names", metavar="FILE...", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why its rows are not missed.")
@_source
def dismiss(names: tuple[str, ...], reason: str, source_id: str | None) -> None:
    """Set refused files aside, by path or pattern (*.csv): they hold back no rule and no trust any more.

    It is taken back by itself when other bytes arrive at the path.
    """
    from pipelines.ingest.file_states import set_aside  # noqa: PLC0415

    engine = connect(load_settings())
    migrate(engine)
    now, actor = wall_now(), login_name()
    with engine.begin() as connection:
        paths = set_aside(connection, names, source_id, actor, reason, now)
        for path in paths:
            record(
                connection,
                Doer("command line"),
                "file.dismiss",
                f"file:{path}",
                "done",
                {"reason": reason},
                now,
            )
    engine.dispose()
    if not paths:
        raise DataError(
            f"no refused file is named {', '.join(map(repr, names))}; `mdl events files --state rejected` lists them"
        )
    click.echo(f"{len(paths):,} file{'' if len(paths) == 1 else 's'} dismissed: {', '.join(paths[:10])}")
