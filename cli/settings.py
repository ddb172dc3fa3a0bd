"""`mdl settings`: what the settings are."""

import click

from cli.help import examples
from cli.installation import Installation, on_installation
from cli.printing import OutputFormat, format_option, print_rows
from core.settings import variable


@click.command("settings", epilog=examples("mdl settings", "mdl settings --format json"))
@format_option
@on_installation
def settings(installation: Installation, output_format: OutputFormat) -> None:
    """Print every setting with its value; secrets are masked."""
    rows = [
        {"variable": variable(name), "value": "" if value is None else str(value)}
        for name, value in installation.settings.model_dump().items()
    ]
    print_rows(rows, output_format, "Settings", ("variable", "value"))
