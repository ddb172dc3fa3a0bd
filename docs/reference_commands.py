"""Draws docs/reference/commands.md from the command line: `make docs`; --check compares."""

import re
import sys
from collections.abc import Iterator

import click

from cli.main import cli
from docs.drift import kept

_HEAD = """# Every command

What `--help` of each command says, on one page. [The command line](../command-line.md) says what is printed, which exit
codes there are and how commands are completed in a shell. Examples can be typed against the sample of `make run`.
Drawn from the code by `make docs`.
"""


def commands(group: click.Group, above: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    """Each command below a group, groups before what is in them."""
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        assert command is not None  # noqa: S101
        if command.hidden:
            continue
        context = click.Context(command, info_name=name, parent=above)
        yield command, context
        if isinstance(command, click.Group):
            yield from commands(command, context)


def page() -> str:
    """The page."""
    root = click.Context(cli, info_name="mdl")
    return "\n".join([_HEAD, *(_section(*each) for each in commands(cli, root))])


def _section(command: click.Command, context: click.Context) -> str:
    depth = context.command_path.count(" ")
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    rows = [_row(parameter, context) for parameter in command.get_params(context)]
    table = ["| option | means | default |", "| --- | --- | --- |", *filter(None, rows)] if any(rows) else []
    return "\n".join(
        [
            f"{'#' * (depth + 1)} `{context.command_path}`\n",
            f"{_prose(command.help or '')}\n",
            f"```sh\n{usage}\n```\n",
            *(["\n".join(table) + "\n"] if table else []),
            _examples(command.epilog or ""),
        ]
    )


def _prose(text: str) -> str:
    """Paragraphs; click's mark for lines that stay as they are has no sense here."""
    blocks = text.replace("\b\n", "").strip().split("\n\n")
    return "\n\n".join(_cell(" ".join(block.split())) for block in blocks)


def _row(parameter: click.Parameter, context: click.Context) -> str:
    if not isinstance(parameter, click.Option) or parameter.hidden or "--help" in parameter.opts:
        return ""
    record = parameter.get_help_record(context)
    assert record is not None  # noqa: S101
    names, text = record
    found = re.search(r"\s*\[([^\]]*)\]$", text)
    extra = dict(part.strip().partition(": ")[::2] for part in found[1].split(";")) if found else {}
    default = extra.get("default") or ("required" if parameter.required else _default(parameter))
    bounds = "".join(f" ({name})" for name, value in extra.items() if not value and name != "required")
    words = text[: found.start()] if found and (default or bounds) else text
    return f"| `{_cell(names)}` | {_cell(words + bounds)} | {f'`{_cell(default)}`' if default else ''} |"


def _default(option: click.Option) -> str:
    """What holds where an option is not given, if that says more than that it is not given."""
    return str(option.default) if isinstance(option.default, str | int) and not option.is_flag else ""


def _cell(text: str) -> str:
    return re.sub(r"<(\w+)>", r"`<\1>`", text.replace("|", "\\|"))


def _examples(epilog: str) -> str:
    lines = [line.strip() for line in epilog.splitlines()[2:]]
    return "\n".join(["```sh", *lines, "```", ""]) if lines else ""


if __name__ == "__main__":
    sys.exit(kept({"reference/commands.md": page()}))
