import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.webapi.conftest import Asked
from tests.integration.webapi.pages.conftest import Browser

Browse = Callable[[Asked, str], Browser]


@pytest.fixture
def viewer(ask: Asked, browse: Browse) -> Browser:
    return browse(ask, "viewer")


def hits(browser: Browser, typed: str) -> list[tuple[str, str]]:
    answer = browser.client.get("/search.json", query_string={"q": typed})
    assert answer.status_code == 200, answer.text
    return [(hit["group"], hit["href"]) for hit in answer.get_json()["data"]]


def test_search_finds_every_kind_of_thing_and_leads_to_where_it_is_shown(viewer: Browser) -> None:
    assert hits(viewer, "revenue") == [
        ("Metrics", "/metrics/revenue"),
        ("Key results", "/objectives/SELL"),
    ]
    assert hits(viewer, "sell more")[0] == ("Objectives", "/objectives/SELL")
    assert ("Domains", "/domains/SHOP") in hits(viewer, "shop")
    assert hits(viewer, "orders")[0] == ("Sources", "/catalog/source/orders")
    assert hits(viewer, "incid")[0] == ("Pages", "/incidents")
    assert hits(viewer, " ") == hits(viewer, "zzzzzz") == []
    assert ("Metrics", "/metrics/average-order") in hits(viewer, "avrage-order")


def test_the_page_shows_the_same_by_group(viewer: Browser) -> None:
    text = viewer.read("/search?q=Revenue")
    assert re.findall(r'<h2 id="group-\d">(.+)</h2>', text) == ["Metrics", "Key results"]
    assert [each for _, each in hits(viewer, "Revenue") if f'href="{each}"' not in text] == []
    assert "Nothing is called" in viewer.read("/search?q=zzzzzz")
    assert "Type a part of a name" in viewer.read("/search")


def test_only_administrators_find_the_pages_of_administration(
    ask: Asked, viewer: Browser, browse: Browse
) -> None:
    assert ("Pages", "/admin/audit") in hits(browse(ask, "admin"), "audit")
    assert ("Pages", "/admin/audit") not in hits(viewer, "audit")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
    | st.sampled_from("%_'\"\\;<>&")
)
def test_whatever_is_typed_is_looked_for_as_it_stands(viewer: Browser, typed: str) -> None:
    hits(viewer, typed)


def test_what_pages_ask_without_a_session_is_refused_in_a_way_that_scripts_see(ask: Asked) -> None:
    for path in ("/live", "/search.json?q=revenue"):
        answer = ask.app.test_client().get(path, headers={"Sec-Fetch-Dest": "empty"})
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_the_newest_publication_is_told_and_never_kept(viewer: Browser) -> None:
    answer = viewer.client.get("/live")
    assert answer.get_json() == {"publication": 1, "is_away": False}
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_keys_are_listed_on_a_page_of_their_own(viewer: Browser) -> None:
    text = viewer.read("/help")
    assert "To Lineage" in text
    assert "To Administration" not in text
