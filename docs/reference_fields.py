"""Draws docs/reference/fields.md from the models of the catalog and the words of fields.yaml; --check compares."""

import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import yaml
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from docs.drift import kept
from schemas.documents.aliases import FIELD_ALIASES, SHORTHANDS
from schemas.documents.documents import (
    Catalog,
    CatalogHeader,
    Domain,
    Metric,
    Objective,
    Part,
    Report,
    Source,
)
from schemas.documents.model_fields import bare, legal_values

_WORDS = Path(__file__).parent / "reference" / "fields.yaml"
# not written in files: what MDL keeps for itself
_INTERNAL = {"extra", "headers"}
_ROOTS: tuple[type[Part], ...] = (Catalog, CatalogHeader, Source, Domain, Objective, Metric, Report)
_TYPES = {str: "text", int: "whole number", float: "number", bool: "true or false", Any: "anything"}
_FILE = "What a file may hold; a document alone or a list of documents of one kind is a file too."
_HEAD = """# Fields of the catalog

Every field of every document, with its type, what holds where it is absent, what it means, and an example. How the
fields work together is in [Catalog documents](../catalog.md). An unknown field is kept, and named in a warning. Drawn
from the models by `make docs`.
"""


def words() -> dict[str, dict[str, dict[str, str]]]:
    """What the page says of each field: model -> field -> meaning and example."""
    found: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(_WORDS.read_text())
    return found


def models() -> dict[str, type[Part]]:
    """Every model that a file may hold, each behind the document that it is part of."""
    found: dict[str, type[Part]] = {}
    for root in _ROOTS:
        for model in _reached(root):
            found.setdefault(model.__name__, model)
    return found


def fields_of(model: type[Part]) -> dict[str, FieldInfo]:
    """The fields that one writes."""
    return {name: field for name, field in model.model_fields.items() if name not in _INTERNAL}


def _reached(model: type[Part]) -> Iterator[type[Part]]:
    yield model
    # whose documents have sections of their own
    if model is Catalog:
        return
    for field in fields_of(model).values():
        for inner in _parts(field.annotation):
            yield from _reached(inner)


def _parts(annotation: Any) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for inner in get_args(annotation):
        yield from _parts(inner)


def page() -> str:
    """The page."""
    said, found = words(), models()
    return "\n".join([_HEAD, *(_section(name, found[name], said[name]) for name in found)])


def _section(name: str, model: type[Part], said: dict[str, dict[str, str]]) -> str:
    head = _FILE if model is Catalog else (model.__doc__ or "").splitlines()[0]
    short = f" A text alone is its `{SHORTHANDS[model]}`." if model in SHORTHANDS else ""
    rows = [_row(model, field, info, said[field]) for field, info in fields_of(model).items()]
    table = ["| field | type | absent | means | example |", "| --- | --- | --- | --- | --- |", *rows]
    depth = "##" if model in _ROOTS else "###"
    return "\n".join([f"{depth} {_title(name)}\n", f"{head}{short}\n", *table, ""])


def _title(name: str) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    return "A file" if name == "Catalog" else words.capitalize().replace("Okr", "OKR")


def _row(model: type[Part], name: str, field: FieldInfo, said: dict[str, str]) -> str:
    others = [alias for alias, aim in FIELD_ALIASES.get(model, {}).items() if aim == name]
    names = f"`{name}`" + "".join(f" [`{each}`]" for each in others)
    example = said["example"].replace("|", "\\|")
    fence = "``" if "`" in example else "`"
    written = f"{fence}{name}: {example}{fence}"
    # a file has lists, which are read into mappings by id
    annotation: Any = field.annotation
    if model is Catalog:
        annotation = list.__class_getitem__(get_args(annotation)[1])
    return f"| {names} | {_type(annotation)} | {_absent(field)} | {said['meaning']} | {written} |"


def _type(annotation: Any) -> str:
    """The type in words."""
    annotation = bare(annotation)
    if values := legal_values(annotation):
        return ", ".join(f"`{value}`" for value in values)
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_type(each) for each in inner if each is not NoneType))
    if origin is list:
        return f"list of: {_type(inner[0])}"
    if origin is dict:
        return "mapping" if inner[1] is Any else f"mapping of names to: {_type(inner[1])}"
    if isinstance(annotation, type) and issubclass(annotation, Part):
        anchor = _title(annotation.__name__)
        return f"[{anchor.lower()}](#{anchor.lower().replace(' ', '-')})"
    return _TYPES.get(annotation) or str(annotation.__name__)


def _absent(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    if (
        default is None
        or default is PydanticUndefined
        or isinstance(default, Part)
        or default in ([], {}, "")
    ):
        return ""
    value = default.value if isinstance(default, Enum) else default
    return f"`{value}`"


if __name__ == "__main__":
    sys.exit(kept({"reference/fields.md": page()}))
