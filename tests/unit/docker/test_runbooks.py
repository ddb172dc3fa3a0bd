"""Runbooks name what there is: commands, settings, metrics, endpoints, pages, sensors, services, log files."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from cli.main import cli
from core.settings import Settings, variable
from pipelines.doctor.examine import CHECKS
from schemas.tables import metadata
from tests.unit.docker.rules import ROOT

RUNBOOKS = sorted((ROOT / "docs" / "runbooks").glob("*.md"))
SERVICES = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())["services"]
# what a system brings, and what the page on operations gives a shell
PROGRAMS = {"curl", "tail", "du", "dmesg", "top", "mdl", "logs"}
every_runbook = pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)


def typed(path: Path) -> list[str]:
    """What is to be typed: lines of shell blocks, and what stands between backticks and is a command."""
    text = path.read_text()
    blocks = re.findall(r"^```sh\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    quoted = re.findall(
        r"`((?:mdl|logs|docker|kubectl) [^`]+)`",
        re.sub(r"^```sh\n.*?^```", "", text, flags=re.MULTILINE | re.DOTALL),
    )
    return [*lines, *quoted]


def commands(line: str) -> list[list[str]]:
    """The commands of a line as words, without comments; `;` and `|` part them."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";|")
    lexer.whitespace_split = True
    found: list[list[str]] = [[]]
    for word in lexer:
        if set(word) <= set(";|"):
            found.append([])
        else:
            found[-1].append(word)
    return [words for words in found if words]


@every_runbook
def test_every_line_can_be_typed_and_begins_with_what_a_shell_knows(path: Path) -> None:
    for line in typed(path):
        first, *_ = commands(line)
        assert first[0] in PROGRAMS | {"docker", "kubectl"}, line
        if first[0] == "logs":
            assert first[1] in SERVICES, line
        if first[:2] == ["docker", "compose"]:
            assert first[2] in ("up", "restart", "exec"), line
            named = [word for word in first[3:] if not word.startswith("-")]
            assert named[0] in SERVICES, line
            if first[2] != "exec":
                assert set(named) <= set(SERVICES), line
        if first[0] == "kubectl":
            for name in re.findall(r"deploy/(\w+)", line):
                assert (ROOT / "docker" / "k8s" / "base" / f"{name}.yaml").exists(), line


@every_runbook
def test_every_command_is_one_that_mdl_takes(path: Path) -> None:
    for line in typed(path):
        for words in commands(re.sub(r"\b(ID|PID)\b", "1", line)):
            if words[0] == "mdl":
                _take(words, line)


def _take(words: list[str], line: str) -> None:
    command: click.Command = cli
    context = click.Context(cli)
    while isinstance(command, click.Group) and len(words) > 1 and not words[1].startswith("-"):
        words = words[1:]
        found = command.get_command(context, words[0])
        assert found is not None, line
        command = found
    command.make_context(words[0], words[1:])
    if words[0] == "doctor":
        assert {word for word in words[1:] if not word.startswith("-")} <= {check.name for check in CHECKS}, (
            line
        )


@every_runbook
def test_settings_metrics_endpoints_tables_and_files_exist(path: Path) -> None:
    text = path.read_text()
    settings = {variable(name) for name in Settings.model_fields}
    assert set(re.findall(r"\b(?:MDL_[A-Z_]+|ENABLE_[A-Z]+|REDIS_URL)\b", text)) <= settings
    documented = (ROOT / "docs" / "operations.md").read_text()
    metrics = {name.removesuffix("_total") for name in re.findall(r"\bmdl_[a-z_]+", text)}
    assert {name for name in metrics if f"`{name}`" not in documented} == set()
    endpoints = {each.rstrip("/") for each in re.findall(r"[`D](/(?:health|metrics|api)[\w/]*)", text)}
    assert endpoints <= set(json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"]) | {"/metrics"}
    tables = set(re.findall(r"\b(?:ops|marts|catalog)\.[a-z_]+\b", text))
    assert tables <= set(metadata.tables)
    for file in re.findall(r"`(docker/[\w/.-]+)`", text):
        assert (ROOT / file).exists(), file


@every_runbook
def test_a_runbook_says_first_how_a_shell_comes_to_know_its_commands(path: Path) -> None:
    looked = path.read_text().partition("## How to look\n\n")[2]
    assert looked.startswith("[First, once in a shell](../operations.md#where-runbooks-are-typed)")
