"""Commands of the write side: `mdl run`, `mdl up`, `mdl events`. What they need is imported when they are called."""

import gc
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.console import OutputFormat, format_option, print_rows, progress
from core.postgres import start_embedded
from core.settings import Settings, load_settings
from pipelines import refusals
from pipelines.priority import give_way

if TYPE_CHECKING:
    from pipelines.orchestration.in_process import Local
    from reports.operations.quarantine import QuarantinedRow

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_strict = click.option(
    "--strict",
    is_flag=True,
    help="Exit code 1 if a file, row or source was refused; what is good counts all the same.",
)
_verbose = click.option("-v", "--verbose", is_flag=True, help="Show Dagster's own log.")


@click.command()
@click.option("--from", "first_day", type=_DAY, help="Compute again from this local day on.")
@click.option("--to", "last_day", type=_DAY, help="Compute again up to this local day, included.")
@click.option("--full", is_flag=True, help="Compute everything again.")
@click.option(
    "--set-back", is_flag=True, help="Publish for MDL_AS_OF although what stands is of a later time."
)
@_strict
@_verbose
def run(
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

    def refresh(local: "Local") -> dict[str, dict[str, Any]]:
        return local.execute("refresh", {"computed_values": recompute}, _log_level(verbose=verbose))

    facts = _locally(refresh)
    _print_scorecard()
    click.echo(_summary(facts, time.monotonic() - started))
    _end_with_refusals(facts, strict=strict)


def _end_with_refusals(facts: dict[str, dict[str, Any]], *, strict: bool) -> None:
    for line in refusals.lines(facts):
        click.echo(line)
    if strict and refusals.is_any(facts):
        raise click.exceptions.Exit(1)


def _locally(work: "Callable[[Local], dict[str, dict[str, Any]]]") -> dict[str, dict[str, Any]]:
    """Do `work` on this installation, showing progress.

    The embedded PostgreSQL starts while Dagster is imported: together they are most of a run that finds nothing new.
    """
    settings = load_settings()
    gc.disable()
    with ThreadPoolExecutor(1) as background:
        server = background.submit(_start_server, settings)
        from pipelines.orchestration.in_process import local  # noqa: PLC0415  seconds that `mdl up --help` need not wait

        server.result()
    # a million objects that live as long as the process: collecting among them takes a tenth of such a run
    gc.freeze()
    gc.enable()
    with progress() as advance, local(settings, advance, _say_that_another_runs) as opened:
        give_way()
        return work(opened)


def _start_server(settings: Settings) -> None:
    if settings.database_url is None:
        start_embedded(settings.home)


def _say_that_another_runs() -> None:
    click.echo("another run is writing; waiting for it to end", err=True)


def _log_level(*, verbose: bool) -> str:
    return "INFO" if verbose else "CRITICAL"


def _print_scorecard() -> None:
    from cli.values import scorecard  # noqa: PLC0415

    scorecard.main([], standalone_mode=False)


def _summary(facts: dict[str, dict[str, Any]], seconds: float) -> str:
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


@click.command("test")
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--metric", "metric_id", help="Only the tests of this metric.")
@format_option
def catalog_test(path: Path | None, metric_id: str | None, output_format: OutputFormat) -> None:
    """Run the metric tests of catalog files through the real engine; exit code 1 where one fails. Needs no database."""
    from pipelines.catalog_tests import run_tests  # noqa: PLC0415
    from schemas.catalog.validate import load_valid  # noqa: PLC0415

    settings = load_settings()
    catalog = load_valid(path or settings.catalog).catalog
    if metric_id is not None and metric_id not in catalog.metrics:
        raise click.UsageError(f"the catalog has no metric {metric_id!r}")
    wanted = {metric_id} if metric_id else set(catalog.metrics)
    total, outcomes = sum(len(catalog.metrics[one].tests) for one in wanted), []
    with progress() as advance:
        for outcome in run_tests(catalog, settings.zone, wanted.__contains__):
            outcomes.append(outcome)
            advance("metric tests", len(outcomes), total)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if output_format == "table":
        for outcome in failed:
            click.echo("\n  ".join([f"{outcome.metric_id}: {outcome.name}", *outcome.failures]))
        click.echo(f"{len(outcomes) - len(failed)} passed, {len(failed)} failed")
    else:
        rows = [{**asdict(one), "failures": list(one.failures)} for one in outcomes]
        print_rows(rows, output_format, columns=("metric_id", "name", "failures"))
    if failed:
        raise click.exceptions.Exit(1)


@click.group()
def events() -> None:
    """Events: take deliveries into the lake, look at what was refused."""


@events.command()
@click.option("--full-check", is_flag=True, help="Hash every file anew, whatever its size and time say.")
@_strict
@_verbose
def ingest(*, full_check: bool, strict: bool, verbose: bool) -> None:
    """Read and validate what is new, without computing."""

    def work(local: "Local") -> dict[str, dict[str, Any]]:
        log_level = _log_level(verbose=verbose)
        staged = local.execute("ingest", {"staged_files": {"full_check": full_check}}, log_level)
        return {**staged, **local.execute("validate", log_level=log_level)}

    facts = _locally(work)
    staged, taken = facts["staged_files"], facts["events"]
    click.echo(
        f"{staged['dagster/row_count']:,} files new or changed · {taken['rows_accepted']:,} rows accepted · "
        f"{taken['rows_quarantined']:,} quarantined · {taken['files_rejected']:,} files rejected"
    )
    _end_with_refusals(facts, strict=strict)


@events.command()
@click.option("--source", "source_id", help="Only rows of this source.")
@click.option("--file", "path", help="Only rows of the file with this path below the landing zone.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Newest rows.")
@format_option
def quarantine(source_id: str | None, path: str | None, limit: int, output_format: OutputFormat) -> None:
    """Print refused rows with every reason, newest first."""
    from core.database import connect  # noqa: PLC0415
    from reports.operations.quarantine import quarantined  # noqa: PLC0415

    engine = connect(load_settings())
    with engine.connect() as connection:
        rows = quarantined(connection, source_id, path, limit)
    engine.dispose()
    print_rows([_printed(row) for row in rows], output_format, "Quarantined rows", _QUARANTINED)


_QUARANTINED = ("source", "file", "row", "reasons", "delivered")


def _printed(row: "QuarantinedRow") -> dict[str, object]:
    return {
        "source": row.source_id,
        "file": row.path,
        "row": row.row_number,
        "reasons": "; ".join(row.reasons),
        "delivered": json.dumps(row.raw, ensure_ascii=False),
    }


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of the API to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="Of Dagster's UI."
)
@click.option(
    "--api-port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Of the API."
)
def up(host: str, port: int, api_port: int) -> None:
    """Serve Dagster's UI and the API, and run schedules and sensors, until interrupted.

    Dagster's UI has no sign-in: it listens on this machine alone, unless MDL_DAGSTER_PROXY says that a proxy guards it.
    """
    from pipelines.orchestration.supervisor import serve  # noqa: PLC0415

    serve(load_settings(), host, port, api_port)
