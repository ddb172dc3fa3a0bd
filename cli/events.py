"""`mdl events …`: take deliveries into the lake, look at what was refused, set it aside."""

import json
from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from cli.help import examples
from cli.installation import Installation, login_name, on_installation
from cli.printing import OutputFormat, format_option, print_rows
from cli.refused import end_with_refusals, log_level, strict_option, verbose_option
from core.clock import wall_now
from core.errors import DataError
from reports.operations.files import STATES, DeliveredFile, delivered_files
from schemas.identity.audit import Doer, record
from schemas.identity.readers import OPERATOR

if TYPE_CHECKING:
    from reports.operations.quarantine import QuarantinedRow

_QUARANTINED = ("source", "file", "row", "reasons", "delivered")
_KEPT = ("event", "days", "before", "past", "metrics", "kept_by")
_source = click.option("--source", "source_id", help="Only files of this source.")


@click.group(epilog=examples("mdl events ingest", "mdl events files --state rejected"))
def events() -> None:
    """Events: take deliveries into the lake, look at what was refused."""


@events.command(epilog=examples("mdl events ingest", "mdl events ingest --full-check --strict"))
@click.option("--full-check", is_flag=True, help="Hash every file anew, whatever its size and time say.")
@strict_option
@verbose_option
@on_installation
def ingest(installation: Installation, *, full_check: bool, strict: bool, verbose: bool) -> None:
    """Read and validate what is new, without computing."""
    level = log_level(verbose=verbose)
    with installation.running() as local:
        facts = local.execute("ingest", {"staged_files": {"full_check": full_check}}, level)
        facts |= local.execute("validate", log_level=level)
    staged, taken = facts["staged_files"], facts["events"]
    click.echo(
        f"{staged['dagster/row_count']:,} files new or changed · {taken['rows_accepted']:,} rows accepted · "
        f"{taken['rows_quarantined']:,} quarantined · {taken['files_rejected']:,} files rejected"
    )
    end_with_refusals(facts, strict=strict)


@events.command(
    epilog=examples("mdl events quarantine", "mdl events quarantine --source weather --format json")
)
@click.option("--source", "source_id", help="Only rows of this source.")
@click.option("--file", "path", help="Only rows of the file with this path below the landing zone.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Newest rows.")
@format_option
@on_installation
def quarantine(
    installation: Installation,
    source_id: str | None,
    path: str | None,
    limit: int,
    output_format: OutputFormat,
) -> None:
    """Print refused rows with every reason, newest first."""
    from reports.operations.quarantine import quarantined  # noqa: PLC0415

    with installation.reading() as connection:
        rows = quarantined(connection, OPERATOR, source_id, path, limit)
    print_rows([_printed(row) for row in rows], output_format, "Quarantined rows", _QUARANTINED)


def _printed(row: "QuarantinedRow") -> dict[str, object]:
    return {
        "source": row.source_id,
        "file": row.path,
        "row": row.row_number,
        "reasons": "; ".join(row.reasons),
        "delivered": json.dumps(row.raw, ensure_ascii=False),
    }


@events.command(
    "files", epilog=examples("mdl events files", "mdl events files --source flights --state rejected")
)
@_source
@click.option("--state", type=click.Choice(STATES), help="By default all but replaced ones.")
@format_option
@on_installation
def files(
    installation: Installation, source_id: str | None, state: str | None, output_format: OutputFormat
) -> None:
    """Print delivered files with what became of them; in the table, those refused alike are one row."""
    zone = installation.settings.zone
    with installation.reading() as connection:
        found = delivered_files(connection, OPERATOR, source_id, [state] if state else [])
    if output_format == "table":
        print_rows(_grouped(found, zone), "table", "Files")
    else:
        print_rows([{**asdict(one), **_times(one, zone)} for one in found], output_format)


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


@events.command(
    "dismiss", epilog=examples("mdl events dismiss 'flights/old-*.csv' --reason \"delivered twice\"")
)
@click.argument("names", metavar="FILE...", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why its rows are not missed.")
@_source
@on_installation
def dismiss(installation: Installation, names: tuple[str, ...], reason: str, source_id: str | None) -> None:
    """Set refused files aside, by path or pattern (*.csv): they hold back no rule and no trust any more.

    It is taken back by itself when other bytes arrive at the path.
    """
    from pipelines.ingest.file_states import set_aside  # noqa: PLC0415

    now, detail = wall_now(), {"reason": reason}
    with installation.migrated().writing() as connection:
        paths = set_aside(connection, names, source_id, login_name(), reason, now)
        for path in paths:
            record(connection, Doer("command line"), "file.dismiss", f"file:{path}", "done", detail, now)
    if not paths:
        raise DataError(
            f"no refused file is named {', '.join(map(repr, names))}; `mdl events files --state rejected` lists them"
        )
    click.echo(f"{len(paths):,} file{'' if len(paths) == 1 else 's'} dismissed: {', '.join(paths[:10])}")


@events.command("retention", epilog=examples("mdl events retention", "mdl events retention --format json"))
@format_option
@on_installation
def retention(installation: Installation, output_format: OutputFormat) -> None:
    """Print how long metrics keep each kind of event (`data_retention`), and how many rows are older; removes none."""
    from pipelines.retention import past_retention  # noqa: PLC0415

    workspace = installation.workspace
    zone = workspace.settings.zone
    kinds = past_retention(workspace.lake, workspace.catalog(), workspace.as_of, zone)
    rows = [
        {
            "event": kind.event,
            "days": kind.days,
            "before": f"{kind.before.astimezone(zone):%F}" if kind.before else None,
            "past": kind.past,
            "metrics": len(kind.metrics),
            "kept_by": ", ".join(kind.keeping),
        }
        for kind in kinds
    ]
    print_rows(rows, output_format, "Events and how long they are kept", _KEPT)
