"""The blueprint of the catalog."""

from typing import Any

from flask import Flask

from webapi.v1.catalog.components import components
from webapi.views.blueprint import Blueprint


class _CatalogBlueprint(Blueprint):
    """Brings the schemas of catalog documents into the specification."""

    def register_views_in_doc(self, api: Any, app: Flask, spec: Any, **options: Any) -> None:
        """Add the documents' own schemas before the views refer to them."""
        for name, schema in components().items():
            spec.components.schema(name, schema)
        super().register_views_in_doc(api, app, spec, **options)


blueprint = _CatalogBlueprint(
    "catalog",
    __name__,
    description="Definitions: domains, objectives, metrics, reports and sources, with history",
)
