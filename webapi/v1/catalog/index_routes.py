"""Route of the index."""

from typing import Any

from flask import current_app

from webapi.v1.catalog.blueprint import blueprint
from webapi.v1.catalog.index_schemas import IndexSchema


@blueprint.get("/", role=None)
@blueprint.response(200, IndexSchema)
def get_index() -> dict[str, Any]:
    """List where things are.

    Every path that can be read without naming anything.
    """
    rules = [rule.rule for rule in current_app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    paths = sorted(rule for rule in rules if rule.startswith("/api/v1/") and "<" not in rule)
    links = {path.removeprefix("/api/v1/"): path for path in paths}
    return {"data": {"version": current_app.config["API_VERSION"], "links": {**links, "docs": "/api-docs"}}}
