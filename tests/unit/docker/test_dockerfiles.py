"""The Dockerfiles: of good style, without root at the end, without secrets or tools that build."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FILES = [ROOT / "docker" / "Dockerfile", ROOT / "docker" / "proxy" / "Dockerfile"]
HADOLINT = Path(sys.executable).with_name("hadolint")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_hadolint_finds_nothing(path: Path) -> None:
    done = subprocess.run([HADOLINT, path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_hadolint_finds_what_is_planted(tmp_path: Path) -> None:
    planted = tmp_path / "Dockerfile"
    planted.write_text("FROM debian:latest\nRUN sudo apt-get install curl\nUSER root\n")
    done = subprocess.run([HADOLINT, planted], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert all(rule in done.stdout for rule in ("DL3002", "DL3004", "DL3007"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_the_image_ends_as_a_number_that_is_not_root_on_a_pinned_base(path: Path) -> None:
    lines = path.read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users[-1].split(":")[0].isdecimal()
    assert int(users[-1].split(":")[0]) > 0
    assert {line.split()[1] for line in lines if line.startswith("FROM ")} == {"${BASE}"}
    base = next(line for line in lines if line.startswith("ARG BASE=")).partition("=")[2]
    assert base.partition(":")[2].split("-")[0].count(".") == 2


def test_the_context_of_the_build_is_what_the_image_is_made_of() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    kept = {line[1:] for line in ignored if line.startswith("!")}
    copied = {
        name
        for line in FILES[0].read_text().splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for name in line.split()[1:-1]
    }
    assert "*" in ignored
    assert kept == copied
