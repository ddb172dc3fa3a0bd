"""What `--help` shows as an example is a command line that works, of the sample where it names anything."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli.main import cli
from schemas.documents.load import load_catalog

FLIGHTS = Path(__file__).parents[3] / "examples" / "flights" / "catalog"


def commands(command: click.Command, *names: str) -> Iterator[tuple[str, click.Command]]:
    yield " ".join(names), command
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            below = command.get_command(click.Context(command), name)
            assert below is not None
            yield from commands(below, *names, name)


COMMANDS = dict(commands(cli, "mdl"))


def examples(name: str) -> list[list[str]]:
    """The words of each example, without what a shell does with the output."""
    _, _, lines = (COMMANDS[name].epilog or "").partition(":\n")
    return [shlex.split(re.sub(r" > [\w.]+$", "", line)) for line in lines.splitlines()]


def called(arguments: list[str]) -> str:
    """The command that a command line calls; it is parsed as if it were, but nothing is done."""
    command, context, path = cli, click.Context(cli, info_name="mdl"), ["mdl"]
    while isinstance(command, click.Group):
        context = command.make_context(path[-1], list(arguments), parent=context)
        rest = [*context._protected_args, *context.args]
        if not rest:
            break
        name, found, arguments = command.resolve_command(context, rest)
        assert name is not None
        assert found is not None
        command, path = found, [*path, name]
    if not isinstance(command, click.Group):
        command.make_context(path[-1], list(arguments), parent=context)
    return " ".join(path)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples_that_call_it_or_what_is_below_it(name: str, tmp_path: Path) -> None:
    (tmp_path / "my" / "catalog").mkdir(parents=True)
    given = examples(name)
    assert given
    for program, *arguments in given:
        assert program == "mdl"
        assert f"{called(arguments)} ".startswith(f"{name} ")


def test_an_example_that_names_a_metric_names_one_of_the_sample() -> None:
    metrics = set(load_catalog(FLIGHTS).catalog.metrics)
    words = {word for name in COMMANDS for line in examples(name) for word in line if word.startswith("FLT-")}
    assert words
    assert words <= metrics


def test_an_option_that_does_not_exist_is_noticed() -> None:
    with pytest.raises(click.NoSuchOption):
        called(["values", "FLT-DEPARTURES", "--grains", "day"])
