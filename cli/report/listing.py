"""`mdl report list`: what is due when, how the last one ended, and where it goes."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from cli.help import examples
from cli.installation import Installation, on_installation
from cli.printing import OutputFormat, format_option, print_rows
from core import clock
from schemas.documents.documents import Report

_COLUMNS = (
    *(
        "report",
        "name",
        "grain",
        "schedule",
        "timezone",
        "next_due",
        "last_period",
        "last_state",
        "last_reason",
    ),
    "channels",
)
_SPARE = ("name", "timezone", "last_reason", "channels")


@click.command("list", epilog=examples("mdl report list", "mdl report list --format json"))
@format_option
@on_installation
def list_reports(installation: Installation, *, output_format: OutputFormat) -> None:
    """List the reports of the catalog: when each is due next, how the last one ended, and where it goes."""
    from pipelines.reporting.due import name_of  # noqa: PLC0415  --help needs no database
    from pipelines.reporting.runs import newest_runs  # noqa: PLC0415  as above
    from schemas.catalog.stored import read_catalog  # noqa: PLC0415  as above

    with installation.migrated().reading() as connection:
        catalog, newest = read_catalog(connection), newest_runs(connection)
    at = clock.now(installation.settings)
    rows = []
    for each in catalog.reports.values():
        facts = _standing(each, installation.settings.zone, at)
        last = newest.get(each.report_id)
        zone = ZoneInfo(str(facts["timezone"]))
        facts |= {
            "last_period": name_of(last.period(zone)) if last else None,
            "last_state": last.state if last else None,
            "last_reason": last.reason if last else None,
            "channels": ", ".join(each.channels),
        }
        rows.append(facts)
    print_rows(rows, output_format, "Reports", _COLUMNS, spare=_SPARE)


def _standing(each: Report, default_zone: ZoneInfo, at: datetime) -> dict[str, object]:
    from pipelines.reporting.due import next_due, zone_of  # noqa: PLC0415  as above

    following, zone = next_due(each, default_zone, at), zone_of(each, default_zone)
    return {
        "report": each.report_id,
        "name": each.name,
        "grain": each.grain.value,
        "schedule": each.schedule,
        "timezone": str(zone),
        "next_due": f"{following.astimezone(zone):%Y-%m-%d %H:%M}" if following else None,
    }
