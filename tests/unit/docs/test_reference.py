"""The drawn pages of the manual say what the code has: nothing is missing, nothing invented, each example is legal."""

import re
from pathlib import Path
from types import ModuleType

import click
import pytest
import yaml
from pydantic import TypeAdapter

from cli.main import cli
from docs import reference_commands, reference_endpoints, reference_fields, reference_functions
from schemas.documents.documents import Catalog, CatalogHeader, Part
from schemas.formula.whitelist import FUNCTIONS
from tests.unit.schemas.formula.build import compile_all, metric

ROOT = Path(__file__).parents[3]
MODELS = reference_fields.models()
FIELDS = [(model, *each) for model, found in reference_fields.words().items() for each in found.items()]
OTHERS = (metric("METRIC-ARPU", "SUM(order.amount)"), metric("orders", "COUNT(order)"))


@pytest.mark.parametrize(
    "module", [reference_commands, reference_endpoints, reference_fields, reference_functions]
)
def test_a_drawn_page_is_as_the_code_is(module: ModuleType) -> None:
    page = ROOT / "docs" / "reference" / f"{module.__name__.rpartition('_')[2]}.md"
    assert page.read_text() == module.page(), "make docs draws it anew"


def test_the_page_of_commands_has_every_command_with_an_example() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text()
    there = dict(re.findall(r"^#+ `mdl ([a-z -]+)`\n(.*?)(?=^#|\Z)", page, flags=re.MULTILINE | re.DOTALL))
    known = set(_commands(cli, ()))
    assert set(there) == known
    assert [name for name, text in there.items() if f"```sh\nmdl {name.split()[0]}" not in text] == []


def _commands(group: click.Group, above: tuple[str, ...]) -> list[str]:
    found = []
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        found.append(" ".join([*above, name]))
        if isinstance(command, click.Group):
            found += _commands(command, (*above, name))
    return found


def test_every_field_of_every_model_has_words_and_no_other() -> None:
    kinds = {CatalogHeader, *_below(Part)} - {Catalog}
    room = CatalogHeader.__module__.rpartition(".")[0]
    known = {kind.__name__: kind for kind in kinds if kind.__module__.startswith(room)}
    # the base of documents, whose fields each of them has
    del known["Document"]
    assert {name: set(found) for name, found in reference_fields.words().items() if name != "Catalog"} == {
        name: set(kind.model_fields) - {"extra"} for name, kind in known.items()
    }


def _below(kind: type[Part]) -> list[type[Part]]:
    return [deeper for direct in kind.__subclasses__() for deeper in (direct, *_below(direct))]


def test_the_example_of_each_field_is_read_by_its_model() -> None:
    for model, field, said in FIELDS:
        value = yaml.safe_load(f"{field}: {said['example']}")[field]
        assert said["meaning"].endswith("."), field
        # a file has lists, which are read into mappings by id
        given = {"one": value[0]} if MODELS[model] is Catalog else value
        TypeAdapter(MODELS[model].model_fields[field].annotation).validate_python(given)


def test_the_page_of_functions_has_exactly_those_of_the_language() -> None:
    page = (ROOT / "docs" / "reference" / "functions.md").read_text()
    assert re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE) == FUNCTIONS.split(", ")
    assert set(reference_functions.words()) == set(FUNCTIONS.split(", "))


def test_the_example_of_each_function_calls_it_and_compiles() -> None:
    for name, said in reference_functions.words().items():
        assert name.replace("_nn", "") in said["example"]
        _compile(said["example"])


def test_examples_of_formulas_in_the_guide_compile() -> None:
    page = (ROOT / "docs" / "guides" / "formulas-by-example.md").read_text()
    formulas = re.findall(r"^\| [^|]+ \| `(.+)` \|$", page, flags=re.MULTILINE)
    assert len(formulas) == 10
    for formula in formulas:
        _compile(formula)


def _compile(formula: str) -> None:
    found = compile_all(*OTHERS, metric("m", formula))
    assert not found.errors, found.errors
    assert not found.documented, found.documented
