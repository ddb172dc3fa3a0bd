"""Browsers of the shop's pages: clients with a cookie jar that send forms with the token of the page."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.integration.webapi.conftest import PASSWORD, Asked

HTML = {"Accept": "text/html"}


@dataclass
class Browser:
    """A signed-in client."""

    client: FlaskClient

    def get(self, path: str, **headers: str) -> TestResponse:
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
        return unescape(found[1])

    def send(self, path: str, of: str, **fields: str) -> TestResponse:
        """Send a form as the page `of` has it."""
        return self.client.post(path, data=fields | {"csrf_token": self.token(of)}, headers=HTML)


@pytest.fixture
def browse() -> Callable[[Asked, str], Browser]:
    """Signs a user in by the form, by default as the user whose name is the role."""

    def sign_in(asked: Asked, username: str) -> Browser:
        browser = Browser(asked.app.test_client())
        answer = browser.send("/sign-in", "/sign-in", username=username, password=PASSWORD)
        assert answer.status_code == 303, answer.text
        return browser

    return sign_in
