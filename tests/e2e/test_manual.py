"""The manual as it is served: found in a browser by what newcomers ask, under MDL's policy of contents."""

import re
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from core.settings import Settings
from docs.site.__main__ import build
from tests.browsers import CHROMIUM, NO_BROWSER, browser_at
from webapi.app import create_app
from webapi.pages import manual

# what a newcomer asks -> where one of the first three results leads to
QUESTIONS = {
    "how do I install it": "guides/install/",
    "add a new metric": "guides/change-a-metric/#add-a-metric",
    "read csv file with semicolon": "guides/sources-by-example/",
    "conversion rate formula": "guides/formulas-by-example/",
    "why did my number change": "guides/why-a-number-changed/",
    "why is there no value": "guides/why-there-is-no-number/",
    "wrong file delivered, how to correct": "guides/correct-a-file/",
    "forgot password": "guides/people-and-keys/#a-forgotten-password",
    "create api key": "guides/people-and-keys/#give-a-program-access",
    "send alerts to slack": "alerts-delivery/",
    "export to excel": "guides/numbers-elsewhere/#into-a-spreadsheet",
    "backup and restore": "operations/#backups",
    "upgrade to a new version": "operations/#upgrades",
    "disk full": "runbooks/MdlDiskIsFull/",
    "use my own postgres database": "guides/own-database/",
    "weekly report by mail": "reports/",
    "who can see restricted metrics": "access/",
    "kubernetes": "operations/#on-kubernetes",
    "python client pandas": "clients/python/",
    "how is progress of a key result computed": "catalog/#how-a-key-result-is-scored",
    "rename a metric": "guides/change-a-metric/#rename-it",
    "median percentile function": "reference/functions/",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app with a manual that was built just now; no database is asked for it."""
    folder = tmp_path_factory.mktemp("manual") / "site"
    build(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manual, "FOLDER", folder)
        home = tmp_path_factory.mktemp("home")
        yield create_app(Settings(home=home, database_url="postgresql://nobody@127.0.0.1:1/none"))


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_pages_of_the_manual_are_for_everybody_and_kept_as_long_as_they_hold(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/docs/")
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert page.headers["Cache-Control"] == "no-cache"
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    again = client.get("/docs/", headers={"If-None-Match": page.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    head = client.head("/docs/")
    assert (head.status_code, head.data, head.content_length) == (200, b"", page.content_length)
    packed = client.get("/docs/", headers={"Accept-Encoding": "br"})
    assert packed.headers["Content-Encoding"] == "br"
    assert len(packed.data) < len(page.data) / 3


def test_files_with_a_name_of_their_content_are_kept_for_ever_and_have_their_types(app: Flask) -> None:
    client = app.test_client()
    names = [
        path.relative_to(manual.FOLDER).as_posix() for path in manual.FOLDER.rglob("*") if path.is_file()
    ]
    kinds = {}
    for name in names:
        answer = client.get(f"/docs/{name}")
        assert answer.status_code == 200
        kinds[Path(name).suffix] = answer.content_type
        assert ("immutable" in answer.headers["Cache-Control"]) == (".min." in name), name
    assert kinds == manual.TYPES


@pytest.mark.parametrize(("path", "place"), [("/docs", "/docs/"), ("/docs/tutorials", "/docs/tutorials/")])
def test_a_folder_without_its_slash_leads_to_its_page(app: Flask, path: str, place: str) -> None:
    answer = app.test_client().get(path)
    assert (answer.status_code, answer.location) == (308, place)


@pytest.mark.parametrize(
    "path",
    ["no-such-page/", "../app.py", "..%2fapp.py", "%2e%2e/app.py", "assets/", "index.html/"],
)
def test_what_is_not_in_the_manual_is_not_found_and_no_other_file_is_opened(app: Flask, path: str) -> None:
    answer = app.test_client().get(f"/docs/{path}")
    assert answer.status_code == 404
    assert answer.get_json()["type"] == "urn:mdl:problem:not-found"


def test_where_no_manual_was_built_the_page_says_how(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(manual, "FOLDER", tmp_path)
    answer = app.test_client().get("/docs/")
    assert answer.status_code == 404
    assert "make docs" in answer.get_json()["detail"]


def test_no_page_has_a_script_within_or_loads_anything_from_another_host(app: Flask) -> None:
    del app
    for page in manual.FOLDER.rglob("*.html"):
        text = page.read_text()
        assert "<script>" not in text
        assert "<style" not in text
        assert ' src="http' not in text
        assert 'stylesheet" href="http' not in text


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason=NO_BROWSER)
def test_the_search_finds_what_newcomers_ask_for_under_the_policy_of_contents(address: str) -> None:
    assert CHROMIUM is not None
    with browser_at(CHROMIUM) as browser:
        page = browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("request", lambda sent: complaints.append(sent.url) if address not in sent.url else None)
        page.goto(f"{address}/docs/")
        found = {question: _first_three(page, address, question) for question in QUESTIONS}
    assert complaints == []
    missed = {
        question: found[question] for question, place in QUESTIONS.items() if place not in found[question]
    }
    assert missed == {}


def _first_three(page: Page, address: str, question: str) -> list[str]:
    """Where the first three pages found lead to, and the sections of them that are shown."""
    box, items = page.locator("[data-md-component=search-query]"), page.locator(".md-search-result__item")
    for text in ("", question):
        box.fill(text)
        # the search listens to keys
        box.press("End")
        if not text:
            expect(items).to_have_count(0)
    expect(items.first).to_be_visible()
    links: list[str] = items.evaluate_all(
        "items => items.slice(0, 3).flatMap(item => [...item.querySelectorAll('a')].map(link => link.href))"
    )
    # the words to mark in the page stand in between
    return [re.sub(r"[?]h=[^#]*", "", link).removeprefix(f"{address}/docs/") for link in links]
