"""`mdl run`: ingest, validate, compute and publish what is new."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from cli.help import examples
from cli.installation import Installation, on_installation
from cli.refused import end_with_refusals, log_level, strict_option, verbose_option

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command(
    epilog=examples("mdl run", "mdl run --from 2013-09-01 --to 2013-09-30", "mdl run --full --strict")
)
@click.option("--from", "first_day", type=_DAY, help="Compute again from this local day on.")
@click.option("--to", "last_day", type=_DAY, help="Compute again up to this local day, included.")
@click.option("--full", is_flag=True, help="Compute everything again.")
@click.option(
    "--set-back", is_flag=True, help="Publish for MDL_AS_OF although what stands is of a later time."
)
@strict_option
@verbose_option
@on_installation
def run(
    installation: Installation,
    *,
    first_day: datetime | None,
    last_day: datetime | None,
    full: bool,
    set_back: bool,
    strict: bool,
    verbose: bool,
) -> None:
    """Ingest, validate, compute and publish what is new, then print the scorecard.

    Executes Dagster's job `refresh` in this process; the run shows in the UI of `mdl up`.
    """
    started = time.monotonic()
    if first_day and last_day and first_day > last_day:
        raise click.UsageError("--from lies after --to")
    recompute = {
        "first_day": first_day and first_day.date().isoformat(),
        "last_day": last_day and last_day.date().isoformat(),
        "full": full,
        "set_back": set_back,
    }
    with installation.running() as local:
        facts = local.execute("refresh", {"computed_values": recompute}, log_level(verbose=verbose))
    _print_scorecard(installation)
    click.echo(_summary(facts, time.monotonic() - started))
    end_with_refusals(facts, strict=strict)


def _print_scorecard(installation: Installation) -> None:
    from cli.scorecard import print_scorecard  # noqa: PLC0415  the reports, only where there is one to print

    print_scorecard(installation)


def _summary(facts: Mapping[str, Mapping[str, Any]], seconds: float) -> str:
    staged, taken, values = facts["staged_files"], facts["events"], facts["metric_values"]
    parts = [
        f"{staged['dagster/row_count']:,} files new or changed",
        f"{taken['rows_accepted']:,} rows accepted",
        f"{taken['rows_quarantined']:,} quarantined",
        f"{values['values_changed']:,} values changed",
        f"publication {values['publication_id']}" + ("" if values["is_new"] else " still stands"),
        f"{seconds:.1f} s",
    ]
    return " · ".join(parts)
