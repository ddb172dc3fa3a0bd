"""`mdl dagster …`: Dagster's processes one by one, as containers run them."""

import click

from cli.dagster.processes import code_server, daemon, is_alive, webserver
from cli.help import examples


@click.group(epilog=examples("mdl dagster daemon --code code:4000"))
def dagster() -> None:
    """Run one of Dagster's processes; `mdl up` runs them all."""


for command in (code_server, webserver, daemon, is_alive):
    dagster.add_command(command)
