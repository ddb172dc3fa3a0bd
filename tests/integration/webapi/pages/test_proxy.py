"""The proxy of docker/proxy, a real Caddy, before the API and a Dagster that tells what it was asked."""

import json
import os
import ssl
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import create_engine, make_url
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from core.clock import wall_now
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from schemas.migrate import migrate
from tests.conftest import administer, free_port
from tests.integration.webapi.conftest import PASSWORD, api_settings
from webapi.app import create_app

CADDY = Path(sys.executable).with_name("caddy")
CADDYFILE = Path(__file__).parents[4] / "docker" / "proxy" / "Caddyfile"
PAGE = {"Accept": "text/html", "Sec-Fetch-Dest": "document"}


@dataclass
class Proxy:
    """A running proxy, and a browser's cookies behind it."""

    port: int
    cookie: str = ""

    def ask(self, path: str, method: str = "GET", body: str | None = None, **headers: str) -> HTTPResponse:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = HTTPSConnection("localhost", self.port, context=context, timeout=10)
        sent = {"Cookie": self.cookie, "Host": f"localhost:{self.port}", **headers}
        connection.request(method, path, body, {name: value for name, value in sent.items() if value})
        answer = connection.getresponse()
        answer.text = answer.read().decode()  # type: ignore[attr-defined]
        connection.close()
        return answer

    def sign_in(self, username: str) -> None:
        shown = self.ask("/sign-in", Accept="text/html")
        visit = shown.headers["Set-Cookie"].split(";")[0]
        token = shown.text.split('name="csrf_token" value="')[1].split('"')[0]  # type: ignore[attr-defined]
        form = urlencode({"csrf_token": token, "username": username, "password": PASSWORD, "next": "/"})
        done = self.ask(
            "/sign-in", "POST", form, Cookie=visit, **{"Content-Type": "application/x-www-form-urlencoded"}
        )
        assert done.status == 303, done.text  # type: ignore[attr-defined]
        self.cookie = done.headers["Set-Cookie"].split(";")[0]


@Request.application
def dagster(request: Request) -> Response:
    """Tells what reached it."""
    told = {"path": request.full_path, "method": request.method, "user": request.headers.get("X-MDL-User")}
    return Response(json.dumps(told), content_type="application/json")


@contextmanager
def serving(app: Any) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def app(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The API over an installation that has published nothing, with a user of each role."""
    name = f"proxy_{uuid.uuid4().hex[:12]}"
    administer(postgres_url, f"create database {name}")
    url = make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    engine = create_engine(url)
    migrate(engine)
    with engine.begin() as connection:
        for role in Role:
            create_user(connection, role.value, PASSWORD, role, wall_now())
    engine.dispose()
    home = tmp_path_factory.mktemp("proxy")
    made = create_app(api_settings(home, url, proxies=1, strict_rate_limit=1_000))
    yield made
    made.extensions["mdl"].database.close()
    administer(postgres_url, f"drop database {name} with (force)")


@pytest.fixture(scope="module")
def port(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    if not CADDY.exists():
        pytest.skip("no Caddy")
    folder = tmp_path_factory.mktemp("caddy")
    with serving(app) as api, serving(dagster) as other:
        ports = {"HTTP_PORT": free_port(), "HTTPS_PORT": free_port(), "HEALTH_PORT": free_port()}
        upstreams = {"API": api, "DAGSTER": other, "GRAFANA": other}
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder),
            **{name: str(value) for name, value in ports.items()},
            **{name: f"127.0.0.1:{value}" for name, value in upstreams.items()},
        }
        command = [CADDY, "run", "--adapter", "caddyfile", "--config", CADDYFILE]
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen(command, env=environment, stderr=log) as caddy,
        ):
            try:
                _wait_for(ports["HTTPS_PORT"])
                yield ports["HTTPS_PORT"]
            finally:
                caddy.terminate()


def _wait_for(port: int) -> None:
    """Until it answers over TLS: a moment after it listens it has a certificate."""
    deadline = time.monotonic() + 20
    while True:
        with suppress(OSError):
            if Proxy(port).ask("/health/live").status == 200:
                return
        assert time.monotonic() < deadline, "Caddy did not start"
        time.sleep(0.1)


def test_a_browser_signs_in_over_tls_and_sees_pages(port: int) -> None:
    proxy = Proxy(port)
    proxy.sign_in("viewer")
    assert "Nothing is published yet" in proxy.ask("/", Accept="text/html").text  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/dagster", "/dagster/runs?x=1", "/grafana/d/mdl"])
def test_an_administrator_gets_to_dagster_and_grafana_by_name(port: int, path: str) -> None:
    proxy = Proxy(port)
    proxy.sign_in("admin")
    answer = proxy.ask(path, **{"X-MDL-User": "somebody-else"})
    assert json.loads(answer.text) == {  # type: ignore[attr-defined]
        "path": path if "?" in path else f"{path}?", "method": "GET", "user": "admin",
    }  # fmt: skip
    posted = proxy.ask("/dagster/graphql", "POST", "{}", Origin=f"https://localhost:{port}")
    assert json.loads(posted.text)["method"] == "POST"  # type: ignore[attr-defined]


def test_a_stranger_is_sent_to_sign_in_and_back_and_a_script_is_refused(port: int) -> None:
    proxy = Proxy(port)
    sent = proxy.ask("/dagster/runs?x=1", **PAGE)
    assert (sent.status, sent.headers["Location"]) == (303, "/sign-in?next=/dagster/runs")
    for path in (
        "/dagster",
        "/dagster/graphql?query=1",
        "/dagster/../dagster/",
        "//dagster",
        "/grafana/api/ds",
    ):
        answer = proxy.ask(path, **{"X-MDL-User": "admin"})
        assert answer.status in (401, 404), path
        assert "user" not in answer.text, path  # type: ignore[attr-defined]


@pytest.mark.parametrize("who", ["viewer", "editor"])
def test_others_than_administrators_are_refused(port: int, who: str) -> None:
    proxy = Proxy(port)
    proxy.sign_in(who)
    assert proxy.ask("/dagster/", **PAGE).status == 403


def test_a_page_of_another_site_and_its_web_socket_are_refused(port: int) -> None:
    proxy = Proxy(port)
    proxy.sign_in("admin")
    assert proxy.ask("/dagster/graphql?query=1", **{"Sec-Fetch-Site": "cross-site"}).status == 403
    handshake = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
                 "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}  # fmt: skip
    assert proxy.ask("/dagster/graphql", Origin="https://evil.example", **handshake).status == 403
    own = proxy.ask("/dagster/graphql", Origin=f"https://localhost:{port}", **handshake)
    assert json.loads(own.text)["user"] == "admin"  # type: ignore[attr-defined]


def test_the_numbers_for_prometheus_are_not_shown_outside_but_the_page_of_their_address_is(port: int) -> None:
    for accepted in ("", "*/*", "text/plain", "application/openmetrics-text"):
        assert Proxy(port).ask("/metrics", Accept=accepted).status == 404
    assert Proxy(port).ask("/metrics", **PAGE).headers["Location"] == "/sign-in?next=/metrics"
    assert Proxy(port).ask("/health/live").status == 200


def test_a_renewed_cookie_reaches_the_browser(port: int, app: Flask) -> None:
    proxy, parts = Proxy(port), app.extensions["mdl"]
    proxy.sign_in("admin")
    assert "Set-Cookie" not in proxy.ask("/dagster").headers
    before, later = parts.clock, wall_now() + timedelta(hours=1)
    object.__setattr__(parts, "clock", lambda: later)
    try:
        assert proxy.ask("/dagster").headers["Set-Cookie"].startswith("mdl=")
    finally:
        object.__setattr__(parts, "clock", before)
