"""The README's worked example does what the README says."""

import re
import shlex
from pathlib import Path

from tests.e2e.conftest import Workspace

README = (Path(__file__).parents[2] / "README.md").read_text()
_FILE = re.compile(r"^`(shop/[\w./-]+)`:\n\n```\w+\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


def test_the_worked_example_prints_what_the_readme_shows(workspace: Workspace) -> None:
    files = _FILE.findall(README)
    assert {Path(name).suffix for name, _ in files} == {".csv", ".yaml"}
    for name, text in files:
        workspace.write(name, text)

    shown = 0
    for command, expected in _commands():
        match shlex.split(command):
            case ["export", path] if path.startswith("PATH="):
                pass  # the tests call the command by itself
            case ["export", *assignments]:
                workspace.environment |= {
                    name: str(workspace.root / value) if value.startswith("shop/") else value
                    for name, value in (assignment.split("=", 1) for assignment in assignments)
                }
            case ["mdl", *arguments]:
                printed = workspace.mdl(*arguments)
                if expected:
                    assert _plain(printed) == _plain(expected)
                    shown += 1
    assert shown >= 1


def _commands() -> list[tuple[str, str]]:
    """(command, documented output) of every console block that comes after the example's heading."""
    chapter = README.split("## Bring your own data", maxsplit=1)[1].split("\n## ", maxsplit=1)[0]
    found = []
    for block in _CONSOLE.findall(chapter):
        for part in block.split("$ ")[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def _plain(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]
