"""`mdl report …`: reports and what was made of them."""

import click

from cli.help import examples
from cli.report.archive import archive


@click.group(epilog=examples("mdl report archive"))
def report() -> None:
    """Reports: what was made and sent."""


for command in (archive,):
    report.add_command(command)
