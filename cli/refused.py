"""How `mdl run` and `mdl events ingest` end where something was refused, and the options that both take."""

from collections.abc import Mapping
from typing import Any

import click

from pipelines import refusals

strict_option = click.option(
    "--strict",
    is_flag=True,
    help="Exit code 1 if a file, row or source was refused; what is good counts all the same.",
)
verbose_option = click.option("-v", "--verbose", is_flag=True, help="Show Dagster's own log.")


def log_level(*, verbose: bool) -> str:
    """Of Dagster's own log."""
    return "INFO" if verbose else "CRITICAL"


def end_with_refusals(facts: Mapping[str, Mapping[str, Any]], *, strict: bool) -> None:
    """Print what was refused, if anything; with `strict` it makes the exit code 1. `facts` are the assets' metadata."""
    for line in refusals.lines(facts):
        click.echo(line)
    if strict and refusals.is_any(facts):
        raise click.exceptions.Exit(1)
