"""The files of hosted CI and what releases are made with; `make lint` holds them against their services' schemas."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WORKFLOWS = {path.name: path for path in (ROOT / ".github" / "workflows").glob("*.yml")}
# what only one of the services has: making its release
OWN = {".ci/publish-github"}


def github() -> dict[str, dict[str, Any]]:
    """Every job of every workflow."""
    read = {name: yaml.safe_load(path.read_text()) for name, path in WORKFLOWS.items()}
    return {
        f"{name}:{job}": said for name, workflow in read.items() for job, said in workflow["jobs"].items()
    }


def gitlab() -> dict[str, dict[str, Any]]:
    read = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text())
    return {name: said for name, said in read.items() if isinstance(said, dict) and "script" in said}


def commands(texts: list[str]) -> set[str]:
    """The targets and scripts in them."""
    return set(re.findall(r"\bmake [a-z-]+|\.ci/[a-z-]+", "\n".join(texts)))


ON_GITHUB = commands([step.get("run", "") for job in github().values() for step in job.get("steps", [])])
ON_GITLAB = commands([line for job in gitlab().values() for line in job["script"]])


def test_both_services_run_the_same_and_ci_run_whole() -> None:
    assert ON_GITHUB - OWN == ON_GITLAB
    assert ".ci/run" in ON_GITLAB


def test_every_target_and_script_that_they_name_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    nightly = {f"make {each}" for each in github()["nightly.yml:long"]["strategy"]["matrix"]["target"]}
    for command in ON_GITHUB | ON_GITLAB | nightly:
        kind, _, target = command.partition(" ")
        assert target in targets if kind == "make" else (ROOT / command).stat().st_mode & 0o111, command


def test_the_nights_are_the_same() -> None:
    (there,) = gitlab()["nightly"]["parallel"]["matrix"]
    assert there["TARGET"] == github()["nightly.yml:long"]["strategy"]["matrix"]["target"]


def test_versions_are_those_that_the_package_and_the_page_promise() -> None:
    page = (ROOT / "docs" / "releasing.md").read_text()
    promised = [line.split(" :: ")[-1] for line in PROJECT["classifiers"] if ":: Python :: 3." in line]
    for variable, versions, job, ours in (
        ("PYTHON", promised, "checks", "Python"),
        ("POSTGRES", ["14", "15", "16", "17", "18"], "postgres", "PostgreSQL"),
    ):
        assert github()[f"ci.yml:{job}"]["strategy"]["matrix"][variable.lower()] == versions
        assert gitlab()[job]["parallel"]["matrix"] == [{variable: versions}]
        row = re.search(rf"^\| {ours} \| ([\d., ]+) \|", page, flags=re.MULTILINE)
        assert row is not None
        assert row[1].split(", ") == versions
    assert PROJECT["requires-python"] == f">={promised[0]}"


def test_actions_are_pinned_jobs_are_bounded_and_rights_are_given_one_by_one() -> None:
    for path in WORKFLOWS.values():
        text = path.read_text()
        used = re.findall(r"uses: (?!\./)(\S+)(.*)", text)
        assert [
            each for each in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[\d.]+", "".join(each))
        ] == []
        assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
        assert text.count("persist-credentials: false") == text.count("actions/checkout@")
    assert [
        name for name, job in github().items() if "timeout-minutes" not in job and "uses" not in job
    ] == []
    # what an attacker's branch could name is no part of a command
    assert [
        step for job in github().values() for step in job.get("steps", []) if "${{" in step.get("run", "")
    ] == []


def test_the_version_of_the_manifests_is_the_packages() -> None:
    for path in (ROOT / "docker" / "k8s").rglob("kustomization.yaml"):
        tags = [
            each["newTag"]
            for each in yaml.safe_load(path.read_text()).get("images", [])
            if each["name"] == "mdl"
        ]
        assert set(tags) <= {PROJECT["version"]}, path


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of version 1.2.3, of which something is written."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "tag", tmp_path / ".ci" / "tag")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    sections = (
        "# Changelog",
        "## Unreleased",
        "- next",
        "## 1.2.3 - 2026-12-01",
        "### Added",
        "- this",
        "## 1.2.2",
        "- old",
    )
    changes = "\n\n".join(sections)
    (tmp_path / "CHANGELOG.md").write_text(changes)
    return tmp_path


def tagged(checkout: Path, tag: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([checkout / ".ci" / "tag", tag], capture_output=True, text=True, check=False)


def test_a_tag_releases_the_section_of_its_version(checkout: Path) -> None:
    done = tagged(checkout, "v1.2.3")
    assert (done.returncode, done.stdout.split()) == (0, ["###", "Added", "-", "this"])


@pytest.mark.parametrize("tag", ["v1.2.2", "1.2.3", "v1.2.3rc1"])
def test_a_tag_that_is_not_the_version_is_refused(checkout: Path, tag: str) -> None:
    done = tagged(checkout, tag)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"the tag {tag} is not v1.2.3" in done.stderr


def test_a_version_of_which_nothing_is_written_is_refused(checkout: Path) -> None:
    changes = checkout / "CHANGELOG.md"
    changes.write_text(changes.read_text().replace("## 1.2.3 - 2026-12-01", "## 1.2.30"))
    done = tagged(checkout, "v1.2.3")
    assert (done.returncode, done.stdout) == (1, "")
    assert "CHANGELOG.md has no section '## 1.2.3'" in done.stderr
