"""`mdl doctor`: what is wrong with an installation, and how to mend it."""

import sys

import click

from cli.help import examples
from cli.installation import Installation, on_installation
from cli.printing import plain, print_json, print_rows
from core.clock import wall_now
from core.errors import ConfigurationError


@click.command(
    "doctor", epilog=examples("mdl doctor", "mdl doctor --json", "mdl doctor lake_files backup_age")
)
@click.option("--json", "as_json", is_flag=True, help="Print every check as JSON.")
@click.option("--all", "with_all", is_flag=True, help="Print what is well too.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="Of Dagster's UI."
)
@click.option(
    "--api-port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Of the API."
)
@click.argument("checks", nargs=-1)
@on_installation
def doctor(
    installation: Installation,
    checks: tuple[str, ...],
    *,
    as_json: bool,
    with_all: bool,
    port: int,
    api_port: int,
) -> None:
    """Look at the installation, or by some CHECKS alone, and say what to do; nothing is changed.

    The exit code is 0 where all is well, 1 with warnings, 2 with faults.
    """
    from pipelines.doctor.check import Patient  # noqa: PLC0415  --help needs none
    from pipelines.doctor.examine import CHECKS, examine, exit_code  # noqa: PLC0415

    unknown = set(checks) - {check.name for check in CHECKS}
    if unknown:
        legal = ", ".join(check.name for check in CHECKS)
        raise ConfigurationError(f"no check is called {', '.join(sorted(unknown))}; there are {legal}")
    found = examine(Patient(installation.settings, wall_now(), (port, api_port)), checks)
    if as_json:
        print_json([plain(each) for each in found])
    else:
        told = [plain(each) for each in found if with_all or each.state != "ok"]
        print_rows(told, "table", "Doctor")
        click.echo(f"{sum(each.state == 'ok' for each in found)} of {len(found)} checks are well")
    sys.exit(exit_code(found))
