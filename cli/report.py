"""`mdl report …`: reports and what was made of them."""

import click

from cli.help import examples
from cli.report_archive import archive


@click.group(epilog=examples("mdl report archive"))
def report() -> None:
    """Reports: what was made and sent."""


report.add_command(archive)
