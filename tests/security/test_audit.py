"""The audit of every change finds what is planted; `make audit` itself says that it is silent on the tree."""

import json
import subprocess
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.audit import code, licences, secrets_kept, vulnerabilities
from tests.audit.__main__ import ROOT

TODAY = date(2026, 11, 28)
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ALLOWED = PYPROJECT["tool"]["mdl-audit"]
# in two parts, or they would be found here
SECRETS = {
    "AWS Access Key": "AKIA" + "IOSFODNN7EXAMPLE",
    "Private Key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "JSON Web Token": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxIn0." + "c2lnbmF0dXJlLW9mLWl0",
    "Basic Auth Credentials": "postgresql://mdl:" + "correcthorse@db/mdl",
    "GitHub Token": "ghp_" + "a1B2" * 9,
    "Slack Token": "xoxb-" + "123456789012-1234567890123-abcdefabcdef",
}


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    return tmp_path


@pytest.mark.parametrize("kind", SECRETS)
def test_a_planted_secret_is_found_and_not_told(kind: str, repository: Path) -> None:
    (repository / "settings.py").write_text(f"\nx = '{SECRETS[kind]}'\n")
    assert secrets_kept.found_in_files(repository, ALLOWED["secrets"]) == [f"settings.py:2: {kind}"]


def test_a_secret_that_was_taken_away_again_is_found_in_history(repository: Path) -> None:
    for text in (SECRETS["AWS Access Key"], "nothing that is long"):
        (repository / "settings.py").write_text(text)
        git(repository, "add", ".")
        git(repository, "commit", "-qm", "Set")
    assert secrets_kept.found_in_files(repository, {}) == []
    (found,) = secrets_kept.found_in_history(repository, {})
    assert found.endswith(": AWS Access Key")


def test_allowing_one_text_allows_no_other() -> None:
    line = f"://user:password@ {SECRETS['Basic Auth Credentials']}"
    assert secrets_kept.kinds_in(line, ALLOWED["secrets"]) == ["Basic Auth Credentials"]


def lock_of(folder: Path, name: str, metadata: str) -> Path:
    """A lock of one distribution, which is installed in the folder."""
    about = folder / f"{name}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{metadata}\n")
    lock = folder / "requirements.lock"
    lock.write_text(f"# comment\n{name}==1.0 \\\n    --hash=sha256:0\n")
    return lock


@pytest.mark.parametrize(
    ("metadata", "found"),
    [
        ("License-Expression: AGPL-3.0-only", ["planted: AGPL-3.0-only"]),
        ("License-Expression: GPL-3.0-or-later", ["planted: GPL-3.0-or-later"]),
        ("License-Expression: MIT AND GPL-2.0-only", ["planted: MIT AND GPL-2.0-only"]),
        ("Classifier: License :: OSI Approved :: GNU Affero General Public License v3",
         ["planted: GNU Affero General Public License v3"]),
        ("License: Commons Clause", ["planted: Commons Clause"]),
        ("Summary: nothing is said", ["planted: says no licence"]),
        ("License-Expression: MIT OR GPL-2.0-only", []),
        ("License-Expression: MPL-2.0 AND (Apache-2.0 OR GPL-2.0-only)", []),
        ("License-Expression: MPL-2.0 AND (SSPL-1.0 OR GPL-2.0-only)",
         ["planted: MPL-2.0 AND (SSPL-1.0 OR GPL-2.0-only)"]),
        ("Classifier: License :: OSI Approved :: MIT License", []),
    ],
)  # fmt: skip
def test_a_distribution_of_a_licence_that_is_not_allowed_is_found(
    metadata: str, found: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = lock_of(tmp_path, "planted", metadata)
    monkeypatch.syspath_prepend(tmp_path)
    assert licences.found_in_lock(lock, ALLOWED["licences"], {}) == found
    assert licences.found_in_lock(lock, ALLOWED["licences"], {"planted": "MIT"}) == []


def test_what_is_locked_and_not_installed_is_found_unless_it_is_for_other_machines(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text('is-nowhere==1 ; sys_platform == "win32"\nis-not-here==1\n')
    assert licences.found_in_lock(lock, ALLOWED["licences"], {}) == ["is-not-here: is not installed here"]


def test_a_package_of_npm_of_a_licence_that_is_not_allowed_is_found(tmp_path: Path) -> None:
    lock = tmp_path / "package-lock.json"
    packages = {
        "": {"license": "MIT"},
        "node_modules/a": {"license": "(MIT OR CC0-1.0)"},
        "node_modules/@b/c": {},
    }
    lock.write_text(json.dumps({"packages": packages | {"node_modules/d": {"license": "AGPL-3.0"}}}))
    assert licences.found_in_npm_lock(lock, ALLOWED["licences"]) == ["@b/c: says no licence", "d: AGPL-3.0"]


def test_bandit_finds_what_is_planted_with_the_projects_own_exceptions(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "planted.py").write_text(
        "import subprocess, yaml, hashlib, tarfile\n"
        "subprocess.run('ls', shell=True)\n"
        "yaml.load('x', Loader=yaml.Loader)\n"
        "hashlib.md5(b'x')\n"
        "tarfile.open('x').extractall()\n"
        "eval('1')\n"
        "is_safe = True  # \u202e txet neddih\n"
    )
    found = [line.split()[1] for line in code.found_in_code(tmp_path, ["core"])]
    assert set(found) == {"B602", "B607", "B506", "B324", "B202", "B307", "B613"}


def test_what_bandit_leaves_out_ruff_looks_at() -> None:
    ruff = PYPROJECT["tool"]["ruff"]["lint"]
    assert ruff["select"] == ["ALL"]
    uses = set(PYPROJECT["tool"]["bandit"]["skips"]) - {"B403", "B404", "B405"}
    assert {name for name in uses if name.replace("B", "S") in ruff["ignore"]} == {"B608"}


def told(**vulnerability: Any) -> list[dict[str, Any]]:
    """What pip-audit says of one distribution."""
    known = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2"], **vulnerability}
    return [{"name": "sound", "version": "1", "vulns": []}, {"name": "old", "version": "1", "vulns": [known]}]


def test_a_known_vulnerability_is_found_until_it_is_ignored_with_reason_and_end() -> None:
    found = ["old 1: PYSEC-1, mended in 2"]
    assert vulnerabilities.judged(told(), {}, TODAY) == found
    ignored = {"CVE-1": {"reason": "not called", "until": TODAY}}
    assert vulnerabilities.judged(told(), ignored, TODAY) == []
    assert vulnerabilities.judged(told(), ignored, date(2026, 11, 29)) == [
        f"{found[0]} (ignored until {TODAY})"
    ]
    unsaid = {"CVE-1": {"until": TODAY}}
    assert vulnerabilities.judged(told(), unsaid, TODAY) == ["CVE-1 is ignored without a reason"]


def test_what_the_source_does_not_know_is_found() -> None:
    skipped = [{"name": "own", "skip_reason": "not on PyPI"}]
    assert vulnerabilities.judged(told() + skipped, {"PYSEC-1": {"reason": "x", "until": TODAY}}, TODAY) == [
        "own: not on PyPI"
    ]


def test_where_the_source_is_out_of_reach_nothing_is_said_to_be_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    lock = tmp_path / "requirements.lock"
    lock.write_text("click==8.2.0 \\\n    --hash=sha256:0\n")
    with pytest.raises(vulnerabilities.NotAuditedError, match="cannot be reached"):
        vulnerabilities.found_in_lock(lock, {}, TODAY)
