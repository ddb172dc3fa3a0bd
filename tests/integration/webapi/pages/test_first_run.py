import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import Engine

from core.clock import wall_now
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.integration.webapi.conftest import CATALOG, PASSWORD, Asked
from tests.integration.webapi.pages.conftest import Browser

Browse = Callable[[Asked, str], Browser]
WAITING = ("/domains/", "/objectives/")


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


DOCUMENTED = """
domains: [{domain_id: SHOP, name: Shop}]
objectives:
  - objective_id: SELL
    name: Sell more
    business_domain: SHOP
    key_results: [{kr_id: HAPPY, name: Happy, target_value: 9, metric_ids: [happiness]}, {kr_id: HAND, name: By hand}]
metrics:
  - {metric_id: happiness, name: Happiness, business_domain: SHOP, definition: {formula: how happy people are}}
  - {metric_id: odd/id?#, name: Odd}
"""


@pytest.mark.parametrize("catalog", ["", CATALOG, DOCUMENTED])
def test_every_link_from_every_page_leads_somewhere_before_anything_is_published(
    database: Engine, database_url: str, ask_of: Callable[..., Asked], browse: Browse, catalog: str
) -> None:
    with database.begin() as connection:
        create_user(connection, "admin", PASSWORD, Role.ADMIN, wall_now())
    asked = ask_of(database_url)
    if catalog:
        stored = asked("POST", "/api/v1/import", "admin", data=catalog, content_type="application/yaml")
        assert stored.status_code == 200, stored.text
    browser, seen = browse(asked, "admin"), set()
    waiting = [
        "/",
        "/metrics",
        "/search?q=a",
        "/metrics?format=xlsx",
        "/?format=csv",
    ]
    answers: dict[str, int] = {}
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith(("/api-docs", "/sign-in")):
            continue
        seen.add(path)
        answer = browser.get(path)
        answers[path] = answer.status_code
        if answer.mimetype == "text/html":
            waiting += [unescape(each) for each in re.findall(r'href="(/[^"#]*)', answer.text)]
    # what waits for a run has an address already, and says so
    wrong = {path: status for path, status in answers.items() if status not in (200, 303)}
    assert all(status == 404 and path.startswith(WAITING) for path, status in wrong.items()), wrong
    assert len(seen) > 20
