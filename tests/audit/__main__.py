"""`make audit`: code, dependencies, licences and secrets, in under a minute; exits with 1 if anything was found.

What is allowed, and why, stands in pyproject.toml under `tool.mdl-audit`.
"""

import sys
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click

from core.clock import wall_now
from tests.audit import code, licences, secrets_kept, vulnerabilities

ROOT = Path(__file__).parents[2]
PLACES = (
    "core",
    "schemas",
    "reports",
    "pipelines",
    "webapi",
    "cli",
    "dagster_home",
    "mdl.py",
    "clients",
    "docker",
)


@click.command()
@click.option("--must-reach", is_flag=True, help="Fail where advisories cannot be had, too.")
def main(*, must_reach: bool) -> None:
    """Print what each part found."""
    has_found = False
    for title, ask in parts(ROOT, wall_now().date()).items():
        try:
            found = ask()
        except vulnerabilities.NotAuditedError as error:
            click.echo(f"{title}: NOT AUDITED, {error}")
            has_found |= must_reach
            continue
        click.echo(f"{title}: {len(found) or 'nothing'} found")
        for line in found:
            click.echo(f"  {line}")
        has_found |= bool(found)
    sys.exit(has_found)


def parts(root: Path, today: date) -> dict[str, Callable[[], list[str]]]:
    """What each part finds, by what it looks at."""
    allowed = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["mdl-audit"]
    names, lock = allowed["licences"], root / "requirements.lock"
    npm = root / "clients" / "typescript" / "package-lock.json"
    return {
        "code": lambda: code.found_in_code(root, PLACES),
        "vulnerabilities": lambda: vulnerabilities.found_in_lock(lock, allowed["vulnerabilities"], today),
        "licences": lambda: licences.found_in_lock(lock, names, allowed["licences-of"]),
        "licences of npm": lambda: licences.found_in_npm_lock(npm, names),
        "secrets": lambda: secrets_kept.found_in_files(root, allowed["secrets"]),
        "secrets in history": lambda: secrets_kept.found_in_history(root, allowed["secrets"]),
    }


if __name__ == "__main__":
    main()
