"""Commands of the ground floor: what the settings are."""

import click

from core.console import OutputFormat, format_option, print_rows
from core.settings import load_settings, variable


@click.command("settings")
@format_option
def settings(output_format: OutputFormat) -> None:
    """Print every setting with its value; secrets are masked."""
    loaded = load_settings()
    rows = [
        {"variable": variable(name), "value": "" if value is None else str(value)}
        for name, value in loaded.model_dump().items()
    ]
    print_rows(rows, output_format, "Settings", ("variable", "value"))
