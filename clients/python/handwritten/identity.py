"""How requests prove who sends them: by an API key, or by a session that is renewed."""

import re
import threading
import time
from collections.abc import Generator

import httpx
from mdl_client.models.tokens import Tokens

_PRINTABLE = re.compile(r"[\x21-\x7e]+")
# renewed so long before the end, so that it does not end on the way
_MARGIN_SECONDS = 30.0


class ApiKey(httpx.Auth):
    """Sends the key with every request."""

    def __init__(self, key: str) -> None:
        if not _PRINTABLE.fullmatch(key.strip()):
            raise ValueError("this is no API key: it is empty, or holds characters that no key has")
        self._key = key.strip()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header."""
        request.headers["X-API-Key"] = self._key
        yield request


class Session(httpx.Auth):
    """A session by user name and password, which is not kept: the refresh token continues it."""

    def __init__(self, client: httpx.Client, username: str, password: str) -> None:
        """Sign in.

        Raises:
            NotSignedInError: name and password do not fit, or the user is locked for a while.
        """
        self._client = client
        self._lock = threading.Lock()
        self._take("login", username=username, password=password)

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send with a token that counts; where it is refused all the same, once more with a new one."""
        token = self._token
        if time.monotonic() >= self._renew_at:
            token = self._renewed(token)
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == 401:
            request.headers["Authorization"] = f"Bearer {self._renewed(token)}"
            yield request

    def _renewed(self, spent: str) -> str:
        """The token after `spent`: a refresh token counts once, so that one of many threads spends it."""
        with self._lock:
            if self._token == spent:
                self._take("refresh", refresh_token=self._refresh_token)
            return self._token

    def _take(self, path: str, **proof: str) -> None:
        asked_at = time.monotonic()
        tokens = Tokens.from_dict(
            self._client.post(f"/api/auth/{path}", json=proof, auth=httpx.Auth()).json()
        )
        self._token, self._refresh_token = tokens.access_token, tokens.refresh_token
        self._renew_at = asked_at + tokens.expires_in - min(_MARGIN_SECONDS, tokens.expires_in / 2)
