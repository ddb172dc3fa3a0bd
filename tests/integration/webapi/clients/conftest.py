"""The Python client as it is built, and the API on loopback for it, with a look at what arrives there."""

import importlib
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, text
from werkzeug.serving import make_server

from tests.integration.webapi.conftest import PASSWORD, Asked
from tests.integration.webapi.test_clients import CLIENTS, built

# a publication like the one before
ANEW = """
insert into ops.publications overriding system value
select (jsonb_populate_record(newest, jsonb_build_object('publication_id', newest.publication_id + 1))).*
from ops.publications newest where publication_id = (select max(publication_id) from ops.publications)
"""


@dataclass
class Loopback:
    """The API behind a port; `seen` are the requests that came with what they got, `before` is called ahead of each."""

    app: Flask
    url: str = ""
    seen: list[tuple[str, str, int]] = field(default_factory=list)
    before: Callable[[], object] = lambda: None

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        path = environ["PATH_INFO"].encode("latin-1").decode()
        self.before()

        def told(status: str, *rest: Any) -> Any:
            self.seen.append((environ["REQUEST_METHOD"], path, int(status[:3])))
            return start(status, *rest)

        return self.app(environ, told)

    def statuses(self, ending: str) -> list[int]:
        """What requests of paths with that ending got."""
        return [status for _, path, status in self.seen if path.endswith(ending)]


@contextmanager
def listening(app: Flask) -> Iterator[Loopback]:
    """The app at a free port of this machine."""
    found = Loopback(app)
    server = make_server("127.0.0.1", 0, found, threaded=True)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The module `mdl_client`, of a wheel."""
    wheel = str(built("wheel", CLIENTS / "python", tmp_path_factory.mktemp("wheel")))
    sys.path.insert(0, wheel)
    importlib.import_module("mdl_client.api.catalog.create_domain")
    yield importlib.import_module("mdl_client")
    sys.path.remove(wheel)


@pytest.fixture
def serve(ask_of: Callable[..., Asked]) -> Iterator[Callable[..., Loopback]]:
    """Serves a database, with further settings where given."""
    with ExitStack() as servers:
        yield lambda url, **settings: servers.enter_context(listening(ask_of(url, **settings).app))


@pytest.fixture
def own(serve: Callable[..., Loopback], own_url: str) -> Loopback:
    """The shop, served from a database that the test may write to."""
    return serve(own_url)


@pytest.fixture
def twice(serve: Callable[..., Loopback], twice_url: str) -> Loopback:
    """The shop that published twice; the test must not write."""
    return serve(twice_url)


@pytest.fixture
def connect(client: ModuleType) -> Iterator[Callable[..., Any]]:
    """Connects as a user, by default as a viewer by password, and closes what is open at the end."""
    with ExitStack() as open_ones:

        def opened(served: Loopback, key: str | None = None, **options: Any) -> Any:
            who = {} if key else {"username": "viewer", "password": PASSWORD}
            return open_ones.enter_context(client.connect(served.url, key, **(who | options)))

        yield opened


def new_key(served: Loopback) -> tuple[str, str]:
    """The id and the text of a new API key of the viewer."""
    given = Asked(served.app, {})("POST", "/api/auth/api-keys", json={"name": "analyst"}).get_json()
    return given["data"]["key_id"], given["key"]


def execute(url: str, *statements: str, **values: Any) -> None:
    """Write to a database."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement), values)


def rows_of(url: str, query: str, **values: Any) -> list[tuple[Any, ...]]:
    """What a query finds in a database; instants are in UTC."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"options": "-c timezone=UTC"})
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]
