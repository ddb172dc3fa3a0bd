"""What pages tell people to type is there."""

import re
from pathlib import Path

import click
import pytest

from cli.main import cli

TEMPLATES = Path(__file__).parents[4] / "webapi" / "pages" / "templates"
COMMANDS = sorted(
    {
        said
        for page in TEMPLATES.glob("*.html")
        for said in re.findall(r"<code>mdl ([a-z][a-z -]*)", page.read_text())
    }
)


@pytest.mark.parametrize("said", COMMANDS)
def test_every_command_that_a_page_names_is_one(said: str) -> None:
    found: click.Command = cli
    for word in said.split():
        if not isinstance(found, click.Group):
            break
        sub = found.get_command(click.Context(found), word)
        assert sub is not None, f"mdl {said}"
        found = sub


def test_pages_name_commands() -> None:
    assert {"run", "up", "catalog validate"} <= set(COMMANDS)
