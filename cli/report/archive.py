"""`mdl report archive …`: what was made of reports, their files, and whether they would be the same today."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from cli.help import examples
from cli.installation import Installation, login_name, on_installation
from cli.printing import OutputFormat, columns_of, format_option, plain, print_rows
from core.clock import wall_now
from core.errors import PermanentError
from reports.archive.again import MadeAgain, make_again
from reports.archive.files import FoundFile, find_file, read_bytes
from reports.archive.models import STATES, ArchivedReport, RunQuery
from reports.archive.runs import run_page
from schemas.identity.audit import Doer, record
from schemas.identity.readers import OPERATOR

_DATES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]
_run_id = click.argument("run_id", metavar="RUN", type=click.IntRange(1, 2**63 - 1))


class _ListOrCommand(click.Group):
    """`archive REPORT` lists what was made of a report; `archive get …` and `archive check …` are commands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what is no command and no option as the report."""
        known = args and (args[0] in self.commands or args[0].startswith("-"))
        if args and not known:
            args = ["--report", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_ListOrCommand,
    invoke_without_command=True,
    subcommand_metavar="[REPORT] [COMMAND]",
    epilog=examples(
        "mdl report archive",
        "mdl report archive weekly-scorecard --state withheld",
        "mdl report archive get 1 weekly-scorecard-week-2013-10-07.pdf --out .",
    ),
)
@click.option("--report", "report_id", metavar="ID", help="Of one report alone.")
@click.option("--state", type=click.Choice(STATES))
@click.option(
    "--since", type=click.DateTime(_DATES), help="Period begins then or later, in the reporting zone."
)
@click.option("--until", type=click.DateTime(_DATES), help="Period begins before then.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1_000), help="Newest periods.")
@format_option
@click.pass_context
@on_installation
def archive(
    installation: Installation, context: click.Context, /, output_format: OutputFormat, **asked: Any
) -> None:
    """List what was made of reports, the newest periods first, or fetch a file of it."""
    if context.invoked_subcommand is not None:
        return
    zone = installation.settings.zone
    for name in ("since", "until"):
        asked[name] = asked[name] and asked[name].replace(tzinfo=zone)
    found, _ = installation.database.read(run_page, RunQuery(**asked), OPERATOR, zone)
    if output_format == "table":
        print_rows([_row(each) for each in found], "table", "Reports made")
    else:
        print_rows([plain(each) for each in found], output_format, columns=columns_of(ArchivedReport))


@archive.command(
    "get", epilog=examples("mdl report archive get 1 weekly-scorecard-week-2013-10-07.pdf --out .")
)
@_run_id
@click.argument("name", metavar="FILE")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="A folder, in which it gets its own name, or a file.",
)
@on_installation
def get(installation: Installation, run_id: int, name: str, out: Path) -> None:
    """Write a file of a run as it was sent, byte for byte."""
    database = installation.database
    found: FoundFile = database.read(find_file, run_id, name, OPERATOR)
    content = database.read(read_bytes, found.file)
    if found.shows_restricted:
        detail = {"report": found.report_id, "file": name, "hash": found.file.content_hash}
        doer, target = Doer(f"cli:{login_name()}"), f"report_run:{run_id}"
        database.write(record, doer, "report.download", target, "done", detail, wall_now())
    path = out / Path(name).name if out.is_dir() else out
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    click.echo(f"{path}: {len(content):,} bytes, sha256 {found.file.content_hash}")


@archive.command("check", epilog=examples("mdl report archive check 1"))
@_run_id
@format_option
@on_installation
def check(installation: Installation, run_id: int, output_format: OutputFormat) -> None:
    """Make a report again of its publication and say what differs from what was sent; ends with 1 where it does."""
    settings = installation.settings
    with installation.migrated().reading() as connection:
        found = make_again(connection, run_id, settings.zone, settings.locale, settings.public_url)
    if not found.differences:
        click.echo(_same(found), err=output_format != "table")
    rows = [vars(each) for each in found.differences]
    if rows or output_format != "table":
        print_rows(rows, output_format, f"Run {run_id}", columns=("path", "stored", "again"))
    if found.differences:
        raise PermanentError(f"run {run_id} would not be the same today: {len(rows)} differences{_by(found)}")


def _same(found: MadeAgain) -> str:
    return (
        f"run {found.run_id} is the same, made again of publication {found.publication_id}{_by(found)}; "
        f"its {found.files} files have the bytes of their hashes"
    )


def _by(found: MadeAgain) -> str:
    return "" if found.is_as_defined else ", by another definition than it was made by"


def _row(run: ArchivedReport) -> Mapping[str, object]:
    files = [each.name for each in run.files if each.format not in ("image", "text")]
    return {
        "run": run.run_id,
        "report": run.report_id,
        "period": f"{run.grain} {run.period_start:%Y-%m-%d}",
        "state": run.state,
        "made": _short(run.made_at),
        "sent to": f"{run.deliveries.get('delivered', 0)} of {sum(run.deliveries.values())}",
        "files": ", ".join(files) if run.is_kept else "no longer kept",
        "reason": run.reason,
    }


def _short(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else None
