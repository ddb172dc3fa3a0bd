"""The catalog in force, with its versions and what it compiles to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from schemas.documents.documents import Catalog

if TYPE_CHECKING:
    from schemas.formula.compile import Compilation


@dataclass(frozen=True)
class Versioned:
    """Documents, their semantic versions by metric_id, and the catalog's own version."""

    catalog: Catalog
    versions: Mapping[str, str]
    version: int

    @cached_property
    def compilation(self) -> "Compilation":
        """What became of every formula; compiled once, when first asked for."""
        from schemas.formula.compile import compile_catalog  # noqa: PLC0415  a run with nothing new never asks

        return compile_catalog(self.catalog)
