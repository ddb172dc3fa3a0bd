"""All pages, registered with the app."""

from flask import Flask

from webapi.pages import account, scorecard, sign_in
from webapi.pages.frame import assets, problem_pages, rendering
from webapi.pages.metrics import downloads, exploring, listing, one, views


def register(app: Flask) -> None:
    """Let the app answer browsers too."""
    rendering.register(app)
    problem_pages.register(app)
    for module in (assets, sign_in, account, scorecard, listing, one, downloads, exploring, views):
        app.register_blueprint(module.blueprint)
    listing.share_address(app)
    app.jinja_env.globals["with_metrics"] = exploring.with_metrics
