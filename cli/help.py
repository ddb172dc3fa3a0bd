"""How help looks: examples below every command, commands in sections."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click


def examples(*lines: str) -> str:
    """An epilog of command lines that a reader can type; tests parse each, so that none goes stale."""
    heading = "Example:" if len(lines) == 1 else "Examples:"
    # the first character keeps click from filling the lines
    return "\b\n" + "\n".join([heading, *(f"  {line}" for line in lines)])


class LazySections(click.Group):
    """A group whose commands are imported when they are called; `mdl x` is `x` of the module `cli.x`."""

    def __init__(self, *args: Any, sections: Mapping[str, Sequence[str]], **kwargs: Any) -> None:
        """`sections`: heading -> names of its commands."""
        super().__init__(*args, **kwargs)
        self.sections = sections

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Names of all commands, sorted."""
        return sorted(name for names in self.sections.values() for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command, or None where there is no such command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = getattr(import_module(f"cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each section with its commands, the texts of all below one another."""
        width = max(map(len, self.list_commands(ctx)))
        for heading, names in self.sections.items():
            commands = [(name.ljust(width), self.get_command(ctx, name)) for name in names]
            with formatter.section(heading):
                formatter.write_dl(
                    [
                        (name, command.get_short_help_str(formatter.width - 6 - width))
                        for name, command in commands
                        if command is not None
                    ]
                )
