"""A read replica: reads go to it and writes to the primary, also while it is away or behind.

Two databases stand for primary and replica, so that what is in which of them shows where an answer came from.
"""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import make_url

from tests.conftest import administer, copy_database
from tests.integration.webapi.conftest import Asked
from tests.integration.webapi.test_caching import VALUES, publish_again

STATS = "/api/v1/stats"


@pytest.fixture
def replica_url(postgres_url: str, own_url: str) -> Iterator[str]:
    """A copy of the shop as it is at first; nothing can be written to it."""
    name = f"{make_url(own_url).database}_replica"
    copy_database(postgres_url, name, make_url(own_url).database)
    administer(postgres_url, f"alter database {name} set default_transaction_read_only = on")
    yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    administer(postgres_url, f"drop database {name} with (force)")


@pytest.fixture
def ask(ask_of: Callable[..., Asked], own_url: str, replica_url: str) -> Asked:
    return ask_of(own_url, database_read_url=replica_url)


def publication(ask: Asked, path: str = STATS) -> int:
    """Of which publication an answer is, once what is known of versions was read anew."""
    ask.app.extensions["mdl"].snapshot.forget()
    answer = ask.get(path)
    assert answer.status_code == 200, answer.text
    number: int = answer.get_json()["meta"]["publication_id"]
    return number


def replica_of(ask: Asked) -> tuple[str, str]:
    health = ask.get("/health", None).get_json()
    return health["status"], health["parts"]["replica"]["status"]


def test_reads_go_to_the_replica_and_writes_to_the_primary(ask: Asked, own_url: str) -> None:
    assert replica_of(ask) == ("ok", "ok")
    document = {"metric_id": "margin", "name": "Margin", "definition": {"formula": "SUM(order.value)"}}
    assert ask("POST", "/api/v1/metrics", "editor", json=document).status_code == 201
    # a replica that stays behind answers from its own past, and health says so
    assert ask.get("/api/v1/metrics/margin").status_code == 404
    assert replica_of(ask) == ("ok", "behind")
    publish_again(own_url)
    assert publication(ask, VALUES) == 1


def test_who_may_do_what_is_read_from_the_primary(ask: Asked) -> None:
    answer = ask("POST", "/api/auth/api-keys", "viewer", json={"name": "script"})
    key = {"X-API-Key": answer.get_json()["key"]}
    assert ask.get(STATS, None, headers=key).status_code == 200
    path = f"/api/auth/api-keys/{answer.get_json()['data']['key_id']}"
    assert ask("DELETE", path, "viewer").status_code == 204
    assert ask.get(STATS, None, headers=key).status_code == 401


def test_a_replica_that_is_away_or_behind_what_was_shown_is_not_read(
    ask: Asked, own_url: str, replica_url: str, postgres_url: str
) -> None:
    database, name = ask.app.extensions["mdl"].database, make_url(replica_url).database
    assert publication(ask) == 1
    publish_again(own_url)
    assert publication(ask) == 1
    administer(postgres_url, f"alter database {name} with allow_connections false")
    database.replica.dispose()
    assert publication(ask) == 2, "reads go on at the primary"
    assert replica_of(ask) == ("ok", "away")
    assert ask.get("/health/ready", None).status_code == 200
    administer(postgres_url, f"alter database {name} with allow_connections true")
    database._absence.ask_again_at = 0
    assert publication(ask) == 2, "numbers never go back"
    assert replica_of(ask) == ("ok", "away")
    administer(postgres_url, f"alter database {name} reset default_transaction_read_only")
    publish_again(replica_url)
    database._absence.ask_again_at = 0
    assert publication(ask) == 2
    assert replica_of(ask) == ("ok", "ok")


def test_while_the_primary_is_away_the_replica_goes_on_answering(
    ask: Asked, own_url: str, postgres_url: str
) -> None:
    assert publication(ask) == 1
    name = make_url(own_url).database
    ask.app.extensions["mdl"].database.primary.dispose()
    administer(postgres_url, f"alter database {name} with allow_connections false")
    assert publication(ask, VALUES) == 1
    assert ask("POST", "/api/auth/api-keys", "viewer", json={"name": "script"}).status_code == 503
    assert ask.get("/health/ready", None).status_code == 503
    administer(postgres_url, f"alter database {name} with allow_connections true")
