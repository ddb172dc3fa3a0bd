"""The API of the integration tests, to be attacked."""

from tests.integration.webapi.conftest import ask, ask_of, ask_own, own_url, published_url

__all__ = ["ask", "ask_of", "ask_own", "own_url", "published_url"]
