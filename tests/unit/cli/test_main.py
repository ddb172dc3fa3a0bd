"""What all commands share: sections of the help, completion in shells, and what is said where something goes wrong."""

import os
import re
import subprocess
import sys
from importlib.metadata import version

import click
import pytest
from click.testing import CliRunner

from cli.main import cli, main


def mdl(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", "import mdl; mdl.main()", *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sys.path), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_help_shows_every_command_in_one_section_with_its_text_below_the_others() -> None:
    text = CliRunner().invoke(cli, ["--help"]).output
    found = re.findall(r"^  ([a-z]+) +(?=\S)", text.partition("Definitions:")[2], flags=re.MULTILINE)
    assert sorted(found) == cli.list_commands(click.Context(cli))
    texts = {match.end() for match in re.finditer(r"^  (?=[a-z])[a-z]+ +(?=[A-Z])", text, re.MULTILINE)}
    starts = {line.index(re.split(r" {2,}", line.strip(), maxsplit=1)[1]) for line in _lines(text)}
    assert texts
    assert len(starts) == 1


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if re.match(r"  [a-z]+ {2,}[A-Z]", line)]


def test_the_version_is_that_of_the_package() -> None:
    printed = CliRunner().invoke(cli, ["--version"]).output
    assert printed == f"mdl, version {version('metrics-definition-library')}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_script_and_completes_commands_and_options(shell: str) -> None:
    script = mdl(_MDL_COMPLETE=f"{shell}_source")
    assert script.returncode == 0, script.stderr
    assert f"_MDL_COMPLETE={shell}_complete" in script.stdout
    words = {"COMP_WORDS": "mdl values --gr", "COMP_CWORD": "--gr" if shell == "fish" else "2"}
    completed = mdl(_MDL_COMPLETE=f"{shell}_complete", **words)
    assert "--grain" in completed.stdout
    assert "--limit" not in completed.stdout


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "said"),
    [
        (
            ["settings"],
            {"MDL_TIMEZONE": "Mars/Olympus"},
            2,
            "mdl: settings are not usable:\n  MDL_TIMEZONE: ",
        ),
        (["catalog", "validate"], {"MDL_CATALOG": "/nowhere"}, 2, "mdl: there is no catalog at /nowhere; "),
        (
            ["scorecard"],
            {"MDL_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"},
            1,
            "mdl: PostgreSQL does not answer: ",
        ),
    ],
)
def test_wrong_settings_and_a_database_that_is_away_are_told_in_one_way(
    arguments: list[str],
    environment: dict[str, str],
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["mdl", *arguments])
    monkeypatch.setattr(sys, "warnoptions", ["error"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == code
    assert capsys.readouterr().err.startswith(said)
