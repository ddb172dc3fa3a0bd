"""Advisory locks: each number stands once, and in one place."""

import re
from pathlib import Path

from schemas.locks import Lock

ROOT = Path(__file__).parents[3]
PACKAGES = ("core", "schemas", "reports", "pipelines", "webapi", "cli")
LOCKING = re.compile(r"pg_(try_)?advisory|pg_locks")


def test_no_two_locks_have_one_number() -> None:
    numbers = [lock.value for lock in Lock.__members__.values()]
    assert len(set(numbers)) == len(numbers)


def test_no_other_module_holds_a_number_of_a_lock() -> None:
    mine = ROOT / "schemas" / "locks.py"
    modules = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if path != mine]
    held = [path for path in modules if re.search(r"7_?310_?\d{3}", path.read_text())]
    assert held == []


def test_no_other_module_locks_by_a_statement_of_its_own() -> None:
    mine = ROOT / "schemas" / "locks.py"
    modules = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if path != mine]
    assert len(modules) > 100
    assert [path for path in modules if LOCKING.search(path.read_text())] == []
