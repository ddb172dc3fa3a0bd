"""Writes of definitions beside a publication that takes long: neither waits for the other."""

import threading
import time
from datetime import UTC, datetime

from sqlalchemy import Connection, create_engine, insert, text, update

from schemas.locks import Lock, hold
from schemas.tables import metric_values, publications
from tests.integration.webapi.conftest import Asked

REVENUE = "/api/v1/metrics/revenue"


def _publish_halfway(connection: Connection) -> None:
    """What a publication holds once its values are written and its transaction is not at an end."""
    hold(connection, Lock.PUBLICATION)
    now = datetime(2026, 3, 5, tzinfo=UTC)
    number = connection.scalar(
        insert(publications)
        .values(published_at=now, created_at=now, as_of=now, timezone="UTC", values_changed=1, scope={})
        .values(values_computed=1, quality="ok")
        .returning(publications.c.publication_id)
    )
    connection.execute(update(metric_values).values(publication_id=number))


def test_definitions_are_written_while_a_publication_takes_long(ask_own: Asked, own_url: str) -> None:
    ask_own.token("editor"), ask_own.token("admin")
    engine = create_engine(own_url)
    with engine.begin() as publication:
        _publish_halfway(publication)
        begun = time.monotonic()
        for tier in (1, 2, 3):
            answer = ask_own("PATCH", REVENUE, "editor", headers={"If-Match": "*"}, json={"tier": tier})
            assert answer.status_code == 200, answer.text
        new = {"metrics": [{"metric_id": "fresh", "name": "Fresh", "definition": {"formula": "words"}}]}
        assert ask_own("POST", "/api/v1/import", "editor", json=new).status_code == 200
        gone = ask_own("DELETE", "/api/v1/metrics/fresh", "admin", headers={"If-Match": "*"})
        assert gone.status_code == 204
        assert time.monotonic() - begun < 5
    engine.dispose()


def test_a_publication_does_not_wait_for_an_edit(own_url: str) -> None:
    engine = create_engine(own_url)
    published = threading.Event()

    def publish() -> None:
        with engine.begin() as connection:
            connection.execute(text("set local lock_timeout = '5s'"))
            _publish_halfway(connection)
        published.set()

    with engine.begin() as edit:
        hold(edit, Lock.CATALOG)
        thread = threading.Thread(target=publish)
        thread.start()
        thread.join(10)
        assert published.is_set()
    engine.dispose()
