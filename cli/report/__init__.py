"""`mdl report …`: reports with their schedules and how they ended; making one now; what was made of them."""

import click

from cli.help import examples
from cli.report.archive import archive
from cli.report.listing import list_reports
from cli.report.making import render, send


@click.group(
    epilog=examples(
        "mdl report list",
        "mdl report render weekly-scorecard --out .",
        "mdl report send weekly-scorecard",
        "mdl report archive weekly-scorecard",
    )
)
def report() -> None:
    """Reports: what is due when and how it ended; make and send one now; what was made."""


for command in (list_reports, render, send, archive):
    report.add_command(command)
