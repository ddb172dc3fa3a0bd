"""The catalog: every document of every kind, and what its files say of themselves."""

from typing import Any

from pydantic import Field

from schemas.documents.documents.base import Note, Part
from schemas.documents.documents.metrics import Metric
from schemas.documents.documents.objectives import Domain, Objective
from schemas.documents.documents.reports import Report
from schemas.documents.documents.sources import Source


class CatalogHeader(Part):
    """What a catalog file says of itself."""

    catalog_version: str | None = None
    catalog_name: str | None = None
    last_updated: str | None = None
    owner_team: str | None = None
    contacts: list[Note] | dict[str, Any] = Field(default_factory=list)


class Catalog(Part):
    """Every document, by id, in the order read."""

    sources: dict[str, Source] = Field(default_factory=dict)
    domains: dict[str, Domain] = Field(default_factory=dict)
    objectives: dict[str, Objective] = Field(default_factory=dict)
    metrics: dict[str, Metric] = Field(default_factory=dict)
    reports: dict[str, Report] = Field(default_factory=dict)
    headers: list[CatalogHeader] = Field(default_factory=list)
