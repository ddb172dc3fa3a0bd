"""The command line: composes the commands of each package; nothing is imported before it is called."""

import logging
import sys
import warnings
from importlib import import_module
from typing import NoReturn

import click

from core.errors import MdlError

# command -> where it lives; `mdl values` must not pay for Dagster's import
COMMANDS = {
    "alerts": "cli.alerts:alerts",
    "catalog": "cli.catalog:catalog",
    "db": "cli.db:db",
    "events": "cli.run:events",
    "incidents": "cli.incidents:incidents",
    "openapi": "cli.serve:openapi",
    "policy": "cli.values:policy",
    "run": "cli.run:run",
    "scorecard": "cli.values:scorecard",
    "serve": "cli.serve:serve",
    "settings": "cli.settings:settings",
    "up": "cli.run:up",
    "users": "cli.serve:users",
    "values": "cli.values:values",
}

# group -> commands that rooms above its own add to it
ADDED = {
    "alerts": [
        "cli.deliveries:send_test",
        "cli.deliveries:deliveries",
        "cli.alert_rules:rules",
    ],
    "catalog": ["cli.run:catalog_test"],
    "events": ["cli.files:files", "cli.files:dismiss"],
}

_OWN = {"core", "schemas", "reports", "pipelines", "webapi", "cli"}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Names of all commands, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command, or None where there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        command = _imported(COMMANDS[cmd_name])
        if isinstance(command, click.Group):
            for added in ADDED.get(cmd_name, ()):
                command.add_command(_imported(added))
        return command


def _imported(place: str) -> click.Command:
    module, attribute = place.split(":")
    command: click.Command = getattr(import_module(module), attribute)
    return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="metrics-definition-library", prog_name="mdl")
def cli() -> None:
    """MDL: metric and OKR definitions as reviewed documents, computed, validated and published."""


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
    own.addFilter(lambda record: record.name.partition(".")[0] in _OWN)
    logging.getLogger().addHandler(own)


def _end(error: MdlError) -> NoReturn:
    click.echo(f"mdl: {error}", err=True)
    sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
