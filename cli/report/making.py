"""`mdl report render` and `mdl report send`: a report of a period now, into files or to its channels."""

from datetime import datetime
from pathlib import Path
from typing import get_args

import click

from cli.help import examples
from cli.installation import Installation, login_name, on_installation
from core import clock
from reports.documents.html.browser import for_browser
from schemas.documents.documents import ReportFormat

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_FORMATS = get_args(ReportFormat)


@click.command(
    epilog=examples(
        "mdl report render weekly-scorecard --out /tmp",
        "mdl report render weekly-scorecard --period 2013-10-08 --format pdf",
        "mdl report render monthly-punctuality --period 2013-09-01 --as-of 2013-10-15",
    )
)
@click.argument("report_id", metavar="REPORT")
@click.option("--period", type=_DAY, help="A day of the period; by default the last one that is over.")
@click.option("--as-of", type=_DAY, help="With what was published by the end of that day.")
@click.option(
    "--format",
    "formats",
    type=click.Choice(_FORMATS),
    multiple=True,
    help="In place of the report's own. Repeatable.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=".",
    show_default=True,
    help="Folder to write into; it is made.",
)
@on_installation
def render(
    installation: Installation,
    report_id: str,
    period: datetime | None,
    as_of: datetime | None,
    formats: tuple[ReportFormat, ...],
    out: Path,
) -> None:
    """Write the files of REPORT, whether or not its data are complete; nothing is sent, and no run is left.

    The HTML has its pictures inside, for browsers; in a mail they stand beside it.
    """
    from pipelines.reporting.by_hand import rendered  # noqa: PLC0415  --help needs no database

    day, known_by = (each.date() if each else None for each in (period, as_of))
    settings = installation.settings
    files, missing = rendered(installation.migrated().engine, settings, report_id, day, known_by, formats)
    out.mkdir(parents=True, exist_ok=True)
    for file in files:
        if file.format != "image":
            content = for_browser(files) if file.format == "html" else file.content
            (out / file.name).write_bytes(content)
            click.echo(f"{out / file.name}: {len(content):,} bytes")
    for reason in missing:
        click.echo(f"not complete: {reason}", err=True)


@click.command(
    epilog=examples(
        "mdl report send weekly-scorecard", "mdl report send weekly-scorecard --period 2013-10-08 --again"
    )
)
@click.argument("report_id", metavar="REPORT")
@click.option("--period", type=_DAY, help="A day of the period; by default the last one that is over.")
@click.option("--again", is_flag=True, help="A new edition, where it was made before.")
@on_installation
def send(installation: Installation, report_id: str, period: datetime | None, *, again: bool) -> None:
    """Make REPORT now, archive it, and queue it for its channels; exit code 1 where it is not made.

    It is delivered by the sensors of `mdl up`, or by `mdl alerts evaluate`.
    """
    from pipelines.reporting.by_hand import send_report  # noqa: PLC0415  as above
    from pipelines.reporting.due import name_of  # noqa: PLC0415  as above

    day, asked_by = period.date() if period else None, f"cli:{login_name()}"
    sent = send_report(
        installation.migrated().engine,
        installation.settings,
        report_id,
        day,
        asked_by,
        clock.wall_now(),
        again=again,
    )
    outcome = sent.outcome
    what = {
        "made": "queued for its channels, to which `mdl up` or `mdl alerts evaluate` sends it",
        "sent": "kept in the archive; it names no channels",
    }
    edition = f", edition {sent.edition}" if sent.edition > 1 else ""
    click.echo(f"{report_id} of {name_of(sent.period)}{edition}: {what.get(outcome.state, outcome.state)}")
    if outcome.reason:
        click.echo(outcome.reason, err=True)
