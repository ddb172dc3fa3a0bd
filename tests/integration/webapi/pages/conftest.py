"""A browser without scripts: it keeps cookies, follows redirects and sends the forms of the page that it shows."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from tests.integration.webapi.conftest import PASSWORD, Asked

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@dataclass
class Form:
    """A form of a page: where it goes, and what it sends unless something else is typed."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        elif given.get("type") == "checkbox" and "checked" not in given:
            return
        elif tag in ("input", "select", "textarea") and "name" in given and self.forms:
            self.forms[-1].fields[given["name"]] = given.get("value", "")


@dataclass
class Browser:
    """One browser with its own cookies."""

    client: Client
    shown: TestResponse | None = None

    def get(self, path: str, **headers: str) -> TestResponse:
        """What an address answers."""
        return self.client.get(path, headers=HTML | headers)

    def read(self, path: str) -> str:
        """The text of a page that is there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def token(self, path: str) -> str:
        """The token that the forms of a page send."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.read(path))
        assert found is not None
        return found[1]

    def send(self, path: str, of: str, **fields: str) -> TestResponse:
        """Send a form with the token of the page `of`."""
        return self.client.post(path, data=fields | {"csrf_token": self.token(of)}, headers=HTML)

    def visit(self, path: str, **options: Any) -> TestResponse:
        """Go to an address, as far as its redirects lead."""
        self.shown = self.client.get(path, headers=HTML, follow_redirects=True, **options)
        return self.shown

    def form(self, action: str) -> Form:
        """The form of the page at hand that goes to an address."""
        assert self.shown is not None
        parser = _Forms()
        parser.feed(self.shown.text)
        return next(each for each in parser.forms if each.action == action)

    def fill(self, action: str, **typed: str) -> TestResponse:
        """Fill in a form of the page at hand and send it."""
        return self.post(action, {**self.form(action).fields, **typed})

    def post(self, path: str, data: dict[str, str]) -> TestResponse:
        """Send a form that nobody showed."""
        self.shown = self.client.post(path, data=data, headers=HTML, follow_redirects=True)
        return self.shown

    def sign_in(self, username: str, password: str = PASSWORD) -> TestResponse:
        """Sign in on the page for it."""
        self.visit("/sign-in")
        return self.fill("/sign-in", username=username, password=password)


@pytest.fixture
def browse() -> Callable[..., Browser]:
    """Makes a browser before an app, signed in as a role's user where one is named."""

    def make(asked: Asked, username: str | None = "viewer") -> Browser:
        browser = Browser(asked.app.test_client())
        if username is not None:
            assert browser.sign_in(username).status_code == 200
        return browser

    return make
