"""A catalog in which not everybody may read `revenue`, users who may and may not, and nothing published."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from schemas.catalog.store import apply
from schemas.documents.documents import Catalog
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.build_incidents import NOW
from tests.build_marts import metric
from tests.integration.webapi.conftest import PASSWORD, Asked
from tests.integration.webapi.pages.conftest import Browser

WHO = {
    "viewer": (Role.VIEWER, None),
    "editor": (Role.EDITOR, None),
    "owner": (Role.VIEWER, "sales"),
    "boss": (Role.ADMIN, None),
}
SEES = ("owner", "boss")


@pytest.fixture
def engine(database: Engine) -> Engine:
    """The database to write runs of reports to."""
    governance = {"data_classification": "restricted", "owner_team": "sales"}
    catalog = Catalog(metrics={"revenue": metric("revenue", governance=governance)})
    apply(database, catalog, changed_by="test", origin_of=lambda *_: "test", now=NOW)
    with database.begin() as connection:
        for name, (role, team) in WHO.items():
            create_user(connection, name, PASSWORD, role, NOW, about={"team": team})
    return database


@pytest.fixture
def asked(engine: Engine, ask_of: Callable[..., Asked]) -> Asked:
    """The API over it."""
    return ask_of(engine.url.render_as_string(hide_password=False))


@pytest.fixture
def browse(asked: Asked) -> Callable[[str], Browser]:
    """Makes a browser in which a user is signed in."""

    def make(username: str) -> Browser:
        browser = Browser(asked.app.test_client())
        assert browser.sign_in(username).status_code == 200
        return browser

    return make
