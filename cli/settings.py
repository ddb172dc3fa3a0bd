"""`mdl settings`: what the settings are."""

import re

import click

from cli.help import examples
from cli.installation import Installation, on_installation
from cli.printing import OutputFormat, format_option, print_rows
from core.setting_explanations import explanation
from core.settings import variable


@click.command(
    "settings",
    epilog=examples("mdl settings", "mdl settings --format json", "mdl settings --explain MDL_TIMEZONE"),
)
@click.option("--explain", "name", metavar="NAME", help="Say what there is to know of one setting.")
@format_option
@on_installation
def settings(installation: Installation, name: str | None, output_format: OutputFormat) -> None:
    """Print every setting with its value; secrets are masked."""
    if name is not None:
        rows = [{"of it": about, "is": text} for about, text in _explained(name).items()]
        print_rows(rows, output_format, name, ("of it", "is"))
        return
    rows = [
        {"variable": variable(name), "value": "" if value is None else str(value)}
        for name, value in installation.settings.model_dump().items()
    ]
    print_rows(rows, output_format, "Settings", ("variable", "value"))


def _explained(name: str) -> dict[str, str]:
    """What there is to know of a setting, without the marks of Markdown."""
    found = explanation(name)
    about = {
        "variable": found.variable,
        "means": found.means,
        "takes": found.takes,
        "without it": found.unset,
        "in force": found.value,
        "set by": found.said_by,
    }
    return {
        what: re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", text).replace("`", "") for what, text in about.items()
    }
