"""All pages, registered with the app."""

from flask import Flask

from webapi.pages import (
    about,
    account,
    administration,
    audit_log,
    catalog,
    check_ins,
    forward_auth,
    lineage,
    manual,
    objective,
    scorecard,
    search,
    settings,
    sign_in,
)
from webapi.pages.data import routes as data
from webapi.pages.frame import assets, problem_pages, rendering
from webapi.pages.incidents import routes as incidents
from webapi.pages.metrics import downloads, exploring, listing, one, views
from webapi.pages.reports import routes as reports

_PAGES = (
    *(assets, sign_in, forward_auth, account, scorecard, objective, check_ins, listing, one, downloads),
    *(exploring, views, incidents, data, reports),
    *(about, manual, catalog, lineage, search, administration, settings, audit_log),
)


def register(app: Flask) -> None:
    """Let the app answer browsers too."""
    rendering.register(app)
    problem_pages.register(app)
    for module in _PAGES:
        app.register_blueprint(module.blueprint)
    listing.share_address(app)
    app.jinja_env.globals["with_metrics"] = exploring.with_metrics
