"""`mdl scorecard`: where domains, objectives and key results stand."""

from datetime import date, datetime

import click

from cli.help import examples
from cli.installation import Installation, on_installation
from cli.printing import OutputFormat, format_option, print_json, print_rows, terminal
from cli.rendering import render_scorecard
from reports.scores.scorecards import scorecard as read_scorecard
from reports.tabular import SCORECARD_COLUMNS, scorecard_rows
from schemas.identity.readers import OPERATOR


@click.command(epilog=examples("mdl scorecard", "mdl scorecard --as-of 2013-10-15 --format csv"))
@click.option(
    "--as-of",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="The scorecard as published by the end of that day.",
)
@format_option
@on_installation
def scorecard(installation: Installation, as_of: datetime | None, output_format: OutputFormat) -> None:
    """Print domains, objectives and key results with progress, pace and projection."""
    print_scorecard(installation, as_of.date() if as_of else None, output_format)


def print_scorecard(
    installation: Installation, as_of: date | None = None, output_format: OutputFormat = "table"
) -> None:
    """Print the scorecard that stood at the end of a day, or the newest."""
    with installation.reading() as connection:
        card = read_scorecard(connection, OPERATOR, as_of)
    if output_format == "table":
        render_scorecard(terminal(), card)
    elif output_format == "json":
        print_json({"data": card, "meta": card.trust})
    else:
        print_rows(scorecard_rows(card), output_format, columns=SCORECARD_COLUMNS)
