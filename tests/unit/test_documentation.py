import re
from pathlib import Path

from core.settings import Settings
from mdl import COMMANDS

ROOT = Path(__file__).parents[2]


def test_the_settings_page_lists_exactly_the_settings_there_are() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    documented = set(re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE))
    assert documented == {f"MDL_{name.upper()}" for name in Settings.model_fields}


def test_every_command_that_the_documentation_names_exists() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {name for page in pages for name in re.findall(r"`mdl (\w+)", page.read_text())}
    assert named <= set(COMMANDS)


def test_every_make_target_that_the_documentation_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {name for page in pages for name in re.findall(r"`make ([a-z]+)", page.read_text())}
    assert named <= targets


def test_every_decision_record_says_its_status() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert records
    for number, record in enumerate(records, start=1):
        assert record.name.startswith(f"{number:04d}-"), record.name
        assert "\nStatus: " in record.read_text(), record.name
