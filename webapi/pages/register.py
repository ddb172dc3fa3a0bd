"""All pages, registered with the app."""

from flask import Flask

from webapi.pages import about, account, check_ins, objective, scorecard, sign_in
from webapi.pages.data import routes as data
from webapi.pages.frame import assets, problem_pages, rendering
from webapi.pages.incidents import routes as incidents


def register(app: Flask) -> None:
    """Let the app answer browsers too."""
    rendering.register(app)
    problem_pages.register(app)
    for blueprint in (
        assets.blueprint,
        sign_in.blueprint,
        account.blueprint,
        scorecard.blueprint,
        objective.blueprint,
        check_ins.blueprint,
        incidents.blueprint,
        data.blueprint,
        about.blueprint,
    ):
        app.register_blueprint(blueprint)
