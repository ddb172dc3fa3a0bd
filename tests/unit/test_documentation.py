import re
import subprocess
import sys
from pathlib import Path

import click

from cli.main import cli
from core.settings import Settings, variable
from pipelines.doctor.examine import CHECKS
from schemas.documents.documents import CatalogHeader, Document, Part

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
FOLDERS = "core|schemas|reports|pipelines|webapi|cli|clients|docs|examples|tests"
# characters of a page that is read at one go
ONE_PAGE = 2_200


def test_the_settings_page_lists_exactly_the_settings_there_are() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    documented = set(re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE))
    assert documented == {variable(name) for name in Settings.model_fields}


def test_every_command_that_the_documentation_names_exists() -> None:
    named = {name for page in PAGES for name in re.findall(r"`mdl (\w+)", page.read_text())}
    assert named <= set(cli.list_commands(click.Context(cli)))


def test_the_page_of_the_command_line_lists_exactly_the_commands_there_are() -> None:
    page = (ROOT / "docs" / "command-line.md").read_text()
    documented = re.findall(r"^\| `mdl (\w+)` \|", page, flags=re.MULTILINE)
    assert sorted(documented) == cli.list_commands(click.Context(cli))


def test_the_page_of_operations_lists_exactly_the_checks_of_the_doctor() -> None:
    page = (
        (ROOT / "docs" / "operations.md").read_text().partition("## What is wrong")[2].partition("\n## ")[0]
    )
    documented = re.findall(r"^\| `(\w+)` \| (.+) \|$", page, flags=re.MULTILINE)
    assert documented == [(check.name, check.looks_at) for check in CHECKS]


def test_every_make_target_that_the_documentation_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"`make ([a-z-]+)", page.read_text())}
    assert named <= targets


def test_every_decision_record_says_its_status() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert records
    for number, record in enumerate(records, start=1):
        assert record.name.startswith(f"{number:04d}-"), record.name
        assert "\nStatus: " in record.read_text(), record.name


def test_the_catalog_page_names_every_field_of_every_document() -> None:
    page = (ROOT / "docs" / "catalog.md").read_text()
    room = Document.__module__.rpartition(".")[0]
    kinds = [CatalogHeader, *(kind for kind in _below(Part) if kind.__module__.startswith(room))]
    fields = {field for kind in kinds for field in kind.model_fields} - {"extra", "headers"}
    assert {field for field in fields if f"`{field}`" not in page and f"`{field}:`" not in page} == set()


def _below(kind: type[Part]) -> list[type[Part]]:
    return [deeper for direct in kind.__subclasses__() for deeper in (direct, *_below(direct))]


def test_the_readme_leads_to_every_page_and_every_link_between_pages_leads_somewhere() -> None:
    linked = {}
    for page in PAGES:
        links = re.findall(r"\]\(([^)#\s]+)", page.read_text())
        linked[page] = {(page.parent / link).resolve() for link in links if "://" not in link}
        assert [str(link) for link in linked[page] if not link.exists()] == []
    assert set((ROOT / "docs").glob("*.md")) <= linked[ROOT / "README.md"]


def test_every_section_that_a_link_names_is_there() -> None:
    for page in PAGES:
        for name, anchor in re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", page.read_text()):
            target = (page.parent / name) if name else page
            headings = re.findall(r"^#+ (.+)$", target.read_text(), flags=re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in anchors, f"{page.name} -> {name}#{anchor}"


def test_every_path_that_a_page_names_is_there() -> None:
    for page in PAGES:
        named = re.findall(rf"`((?:{FOLDERS})/[\w./-]+)`", page.read_text())
        assert [path for path in named if not (ROOT / path).exists()] == [], page.name


def test_every_class_that_the_glossary_names_is_defined() -> None:
    named = re.findall(
        r"\| `([A-Z]\w+)` \|$", (ROOT / "docs" / "glossary.md").read_text(), flags=re.MULTILINE
    )
    code = "".join(
        path.read_text() for name in FOLDERS.split("|")[:6] for path in (ROOT / name).rglob("*.py")
    )
    assert len(named) > 30
    assert set(named) <= set(re.findall(r"^class (\w+)", code, flags=re.MULTILINE))


def test_the_drawing_of_the_packages_is_that_of_the_code() -> None:
    drawn = subprocess.run([sys.executable, "-m", "docs.draw", "--check"], cwd=ROOT, check=False)
    assert drawn.returncode == 0, "make docs draws it anew"


def test_a_decision_record_has_one_page_and_leads_to_its_appendix() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert {path.name: len(path.read_text()) for path in records if len(path.read_text()) > ONE_PAGE} == {}
    for appendix in (ROOT / "docs" / "adr" / "appendix").glob("*.md"):
        assert f"](appendix/{appendix.name})" in (ROOT / "docs" / "adr" / appendix.name).read_text()
