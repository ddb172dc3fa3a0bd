"""The command line: its commands, and what is said where something goes wrong."""

import logging
import sys
import warnings
from typing import NoReturn

import click

from cli.help import LazySections, examples
from core.errors import MdlError

# heading of `mdl --help` -> commands
_SECTIONS = {
    "Definitions": ("catalog", "policy"),
    "Data and runs": ("run", "events"),
    "Results": ("scorecard", "values", "report"),
    "Alerting": ("alerts", "incidents"),
    "Serving": ("up", "serve", "dagster", "users", "openapi"),
    "Installation": ("db", "doctor", "settings"),
}
# of use to those who look after PostgreSQL
_FOR_LOGS = ("core.connections.slow_statements",)
_FRAME = ("event", "level", "timestamp")
_OWN = {"core", "schemas", "reports", "pipelines", "webapi", "cli"}


@click.group(
    cls=LazySections,
    sections=_SECTIONS,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples("mdl catalog validate", "mdl run", "mdl scorecard", "mdl up"),
)
@click.version_option(package_name="metrics-definition-library", prog_name="mdl")
def cli() -> None:
    """MDL: metric and OKR definitions as reviewed documents, computed, validated and published."""


class _Words(logging.Formatter):
    """What was logged as a reader of a terminal wants it: the event, and what is known of it."""

    def format(self, record: logging.LogRecord) -> str:
        """Of a line that structlog made as of any other."""
        if not isinstance(record.msg, dict):
            return super().format(record)
        known = ", ".join(f"{name} {value}" for name, value in record.msg.items() if name not in _FRAME)
        return f"{record.msg.get('event')}: {known}"


def main() -> None:
    """Run the command line; errors of MDL, and what amounts to one, print a message and set the exit code."""
    _hush_libraries()
    try:
        cli(prog_name="mdl")
    except MdlError as error:
        _end(error)
    except Exception as error:
        from core.causes import explained  # noqa: PLC0415  only who fails pays for it

        known = explained(error)
        if known is None:
            raise
        _end(known)


def _hush_libraries() -> None:
    """Show what MDL logs, not what libraries warn of: that is for us, and PYTHONWARNINGS brings it back."""
    if sys.warnoptions:
        return
    warnings.simplefilter("ignore")
    own = logging.StreamHandler()
    own.setLevel(logging.WARNING)  # a terminal is no log
    own.setFormatter(_Words())
    own.addFilter(lambda record: record.name.partition(".")[0] in _OWN and record.name not in _FOR_LOGS)
    logging.getLogger().addHandler(own)


def _end(error: MdlError) -> NoReturn:
    click.echo(f"mdl: {error}", err=True)
    sys.exit(error.exit_code)
