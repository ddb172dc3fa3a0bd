"""What an attack's tools report becomes a find, unless it is explained; an attack that saw little is no clean one."""

from typing import Any

from tests.attack import api, pages

COOKIE = {"method": "GET", "path": "/", "info": "Secure flag is not set in the cookie : mdl"}
SCRIPT = {"method": "POST", "path": "/search", "info": "XSS vulnerability found via injection in q"}


def of_pages(crawled: int, **kinds: list[dict[str, str]]) -> dict[str, Any]:
    return {"vulnerabilities": kinds, "anomalies": {}, "infos": {"crawled_pages_nbr": crawled}}


def of_api(tested: int, *failures: dict[str, Any]) -> dict[str, Any]:
    return {
        "failures": failures, "errors": [], "test_cases": {"generated": 9},
        "operations": {"selected": 86, "tested": tested},
    }  # fmt: skip


def test_what_wapiti_finds_is_told_once_and_what_is_explained_not_at_all() -> None:
    report = of_pages(100, Cookie=[COOKIE, COOKIE], Script=[SCRIPT, SCRIPT])
    explained = {"Cookie: GET /: Secure flag": "on loopback"}
    found = "Script: POST /search: XSS vulnerability found via injection in q"
    assert pages.judged(report, explained) == [found]
    assert len(pages.judged(report, {})) == 2


def test_a_crawl_that_did_not_get_behind_the_sign_in_is_a_find() -> None:
    assert pages.judged(of_pages(18), {}) == ["it saw 18 pages only: was it signed in?"]


def test_what_schemathesis_finds_is_told_with_its_operations() -> None:
    failure = {"title": "Server error", "operations": ["GET /api/v1/stats"], "count": 3}
    assert api.judged(of_api(86, failure), {}) == ["Server error: ['GET /api/v1/stats'], 3 times"]
    assert api.judged(of_api(86, failure), {"Server error": "known"}) == []


def test_operations_that_were_not_tried_are_a_find() -> None:
    (found,) = api.judged(of_api(85), {})
    assert found.startswith("not every operation was tried")
