from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from core.clock import wall_now
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.integration.webapi.conftest import PASSWORD, Asked
from tests.integration.webapi.pages.conftest import Browser

Browse = Callable[[Asked, str], Browser]


@pytest.fixture
def viewer(database: Engine, database_url: str, ask_of: Callable[..., Asked], browse: Browse) -> Browser:
    """Somebody who looks at an installation in which nothing ever ran."""
    with database.begin() as connection:
        create_user(connection, "viewer", PASSWORD, Role.VIEWER, wall_now())
    return browse(ask_of(database_url), "viewer")


def test_before_the_first_publication_pages_say_what_to_do_next(viewer: Browser) -> None:
    text = viewer.read("/")
    assert "<h1>Nothing is published yet</h1>" in text
    assert "Describe what you measure" in text
    assert "<code>mdl run</code>" in text


def test_an_empty_catalog_says_what_to_do_next(viewer: Browser) -> None:
    for kind in ("metric", "objective", "domain", "source"):
        assert "The catalog is empty" in viewer.read(f"/catalog?kind={kind}")
    assert "The catalog has none of these" in viewer.read("/lineage")
    assert "Nothing is called" in viewer.read("/search?q=revenue")


def test_programs_still_get_the_problem(viewer: Browser) -> None:
    answer = viewer.client.get("/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["type"]) == (404, "urn:mdl:problem:nothing-published")


def test_a_day_before_the_first_publication_is_no_first_run(ask: Asked, browse: Browse) -> None:
    answer = browse(ask, "viewer").get("/?as_of=2020-01-01")
    assert answer.status_code == 404
    assert "nothing had been published by 2020-01-01" in answer.text
