"""The whole judgement on a catalog: reading, references and formulas together."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from schemas.catalog.references import check_references
from schemas.documents.documents import Catalog
from schemas.documents.load import Loaded, load_catalog
from schemas.documents.problems import Problem
from schemas.formula.compile import compile_catalog
from schemas.formula.memory import Memory


def validate(
    catalog: Catalog, also_known: Collection[tuple[str, str]] = (), memory: Memory | None = None
) -> list[Problem]:
    """Problems of references and formulas in a catalog that could be read.

    `also_known` are (kind, id) of documents that exist but have errors of their own; `memory` as of `compile_catalog`.
    """
    compilation = compile_catalog(catalog, memory)
    formulas = (replace(each, kind="metric") for each in (*compilation.errors, *compilation.warnings))
    return [*check_references(catalog, also_known), *formulas]


def validate_loaded(loaded: Loaded) -> Loaded:
    """`loaded` with the problems of references and formulas added, each with the file of its document."""
    files = {str(kind) + document_id: file for (kind, document_id), file in loaded.files.items()}
    located = (
        replace(each, file=each.file or files.get(each.kind + each.document_id, ""))
        for each in validate(loaded.catalog, loaded.files.keys())
    )
    return replace(loaded, problems=(*loaded.problems, *located))


def load_valid(path: Path) -> Loaded:
    """Read a file or folder and insist that it is sound; warnings stay in `problems`.

    Raises:
        CatalogError: there are errors; it carries all of them.
    """
    loaded = validate_loaded(load_catalog(path))
    loaded.raise_errors()
    return loaded
