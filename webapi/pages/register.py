"""All pages, registered with the app."""

from flask import Flask

from webapi.pages import account, administration, audit_log, catalog, lineage, scorecard, search, sign_in
from webapi.pages.frame import assets, problem_pages, rendering


def register(app: Flask) -> None:
    """Let the app answer browsers too."""
    rendering.register(app)
    problem_pages.register(app)
    for blueprint in (
        assets.blueprint,
        sign_in.blueprint,
        account.blueprint,
        scorecard.blueprint,
        catalog.blueprint,
        lineage.blueprint,
        search.blueprint,
        administration.blueprint,
        audit_log.blueprint,
    ):
        app.register_blueprint(blueprint)
