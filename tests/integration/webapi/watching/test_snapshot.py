"""The snapshot on disk: what it holds is what PostgreSQL holds, and it answers while that is away.

A database of the run's server stands for PostgreSQL, and goes away by refusing connections; the snapshot has its own.
"""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from psycopg.errors import CheckViolation
from sqlalchemy import Engine, create_engine, make_url, text
from werkzeug.test import TestResponse

import webapi.pages.catalog
import webapi.process.snapshot
from core.postgres import remove_embedded
from core.settings import load_settings
from pipelines.doctor.check import Patient
from pipelines.doctor.home import snapshot as look
from schemas.disk_snapshot.contents import copied_columns, copied_tables, key_of
from schemas.disk_snapshot.keeping import wait_for_snapshot
from schemas.disk_snapshot.place import drop_older, folder, open_database, start_server
from schemas.disk_snapshot.step import take_step
from schemas.identity.roles import Role
from tests.conftest import administer
from tests.integration.webapi.conftest import AS_OF, PASSWORD, Asked
from tests.integration.webapi.pages.conftest import Browser
from tests.integration.webapi.test_caching import publish_again
from webapi.app import create_app

VALUES = "/api/v1/metrics/revenue/values"
NAMES = {
    "domain_id": "SHOP",
    "objective_id": "SELL",
    "metric_id": "revenue",
    "report_id": "none",
    "source_id": "orders",
    "kr_id": "REVENUE",
    "publication_id": 1,
    "incident_id": 1,
    "subject_kind": "metric",
    "subject_id": "revenue",
    "rule_id": "threshold",
    "run_id": 1,
    "name": "cache_ttl",
}
PAGES = (
    *(
        "/",
        "/metrics",
        "/metrics/revenue",
        "/objectives/SELL",
        "/domains/SHOP",
        "/explore?metric=revenue",
        "/incidents",
    ),
    *("/reports", "/data", "/data/orders", "/catalog", "/lineage", "/account", "/admin", "/admin/settings"),
)
METRIC = {"metric_id": "margin", "name": "Margin", "definition": {"formula": "SUM(order.value)"}}
WRITES: list[tuple[str, str, Any]] = [
    ("POST", "/api/auth/login", {"username": "viewer", "password": PASSWORD}),
    ("POST", "/api/auth/api-keys", {"name": "more"}),
    ("POST", "/api/v1/metrics", METRIC),
    ("POST", "/api/v1/key-results/REVENUE/check-ins", {"value": 3}),
    ("PUT", "/api/v1/settings/cache_ttl", {"value": "60"}),
    ("DELETE", "/api/v1/cache", None),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose snapshot's server runs."""
    home = tmp_path_factory.mktemp("kept") / "home"
    start_server(home)
    yield home
    remove_embedded(folder(home))


@pytest.fixture
def snapshot(home: Path) -> Iterator[Engine]:
    """An empty snapshot."""
    engine = open_database(start_server(home))
    with engine.begin() as connection:
        connection.execute(text("delete from public.snapshot_state"))
    yield engine
    engine.dispose()


@pytest.fixture
def primary(own_url: str) -> Iterator[Engine]:
    engine = create_engine(own_url, connect_args={"options": "-c timezone=UTC"})
    yield engine
    engine.dispose()


@pytest.fixture
def ask(own_url: str, home: Path) -> Iterator[Asked]:
    """An API that reads the snapshot while PostgreSQL is away."""
    app = create_app(load_settings(home=home, database_url=own_url, as_of=AS_OF, enable_snapshot=True))
    yield Asked(app, {})
    app.extensions["mdl"].database.close()


@contextmanager
def away(ask: Asked, url: str) -> Iterator[None]:
    """PostgreSQL takes no connection."""
    cut(url)
    forget(ask)
    try:
        yield
    finally:
        mend(url)


def cut(url: str) -> None:
    """Let it go away."""
    name, server = make_url(url).database, make_url(url).set(database="postgres")
    administer(server, f"alter database {name} with allow_connections false")
    administer(server, f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'")


def mend(url: str) -> None:
    """Let it be back."""
    name, server = make_url(url).database, make_url(url).set(database="postgres")
    administer(server, f"alter database {name} with allow_connections true")


def until_back(ask: Asked) -> None:
    """Wait for the API to read PostgreSQL again."""
    until = time.monotonic() + 20
    while ask.app.extensions["mdl"].database.outage is not None:
        assert time.monotonic() < until, "it goes back to PostgreSQL by itself"
        time.sleep(0.1)
    forget(ask)


def forget(ask: Asked) -> None:
    """Let the next request read anew what is known, and make its answer anew."""
    ask.app.extensions["mdl"].cache.stores.in_process.clear()
    ask.app.extensions["mdl"].snapshot.forget()


def operations() -> list[str]:
    """The path of every GET of the API, with names of the shop in it."""
    told = json.loads((Path(__file__).parents[4] / "docs" / "openapi.json").read_text())["paths"]
    return [
        re.sub(r"{(\w+)}", lambda found: str(NAMES[found[1]]), path)
        for path, methods in told.items()
        if "get" in methods and not path.startswith(("/health", "/metrics")) and path != "/api/v1/"
    ]


def body_of(answer: TestResponse) -> Any:
    """What is answered, but for the marks and what differs with each request."""
    if "json" not in answer.content_type:
        return answer.data
    body = answer.get_json()
    body.pop("request_id", None)
    if isinstance(body.get("meta"), dict):
        body["meta"].pop("snapshot_at", None)
    return body


def rows_of(engine: Engine) -> dict[str, list[Any]]:
    """Every copied row by table."""
    with engine.connect() as connection:
        return {
            table.fullname: [
                tuple(row)
                for row in connection.execute(
                    text(
                        f"select {', '.join(copied_columns(table))} from {table.fullname} "
                        f"order by {', '.join(key_of(table))}"
                    )
                )
            ]
            for table in copied_tables()
        }


def test_a_step_copies_every_row_and_the_next_one_what_a_publication_changed(
    primary: Engine, snapshot: Engine, own_url: str
) -> None:
    first = take_step(primary, snapshot)
    assert first.is_first
    assert rows_of(snapshot) == rows_of(primary)
    publish_again(own_url)
    with primary.begin() as connection:
        # as a publication does that corrects one value and takes another away
        keys = "metric_id, grain, slice, period_start"
        publication = connection.scalar(text("select max(publication_id) from ops.publications"))
        chosen = (
            f"({keys}) in (select {keys} from marts.metric_values where value > 0 order by {keys} limit 2)"
        )
        columns = ", ".join(
            column.name for column in next(t for t in copied_tables() if t.name == "metric_values").columns
        )
        connection.execute(
            text(
                f"insert into marts.metric_value_revisions ({columns}, superseded_by) "
                f"select {columns}, {publication} from marts.metric_values where {chosen}"
            )
        )
        changed = connection.execute(text(f"select {keys} from marts.metric_values where {chosen}")).all()
        connection.execute(
            text(
                "delete from marts.metric_values where (metric_id, grain, slice, period_start) = (:a, :b, :c, :d)"
            ),
            dict(zip("abcd", changed[0], strict=True)),
        )
        connection.execute(
            text(
                f"update marts.metric_values set value = 17, publication_id = {publication} "
                "where (metric_id, grain, slice, period_start) = (:a, :b, :c, :d)"
            ),
            dict(zip("abcd", changed[1], strict=True)),
        )
    second = take_step(primary, snapshot)
    assert not second.is_first
    assert rows_of(snapshot) == rows_of(primary)


def test_another_history_under_the_same_numbers_is_copied_anew(primary: Engine, snapshot: Engine) -> None:
    take_step(primary, snapshot)
    with primary.begin() as connection:
        connection.execute(text("update ops.publications set created_at = created_at + interval '1 hour'"))
    assert take_step(primary, snapshot).is_first


def test_a_step_that_breaks_off_leaves_the_one_before_it(
    primary: Engine, snapshot: Engine, own_url: str
) -> None:
    take_step(primary, snapshot)
    before = rows_of(snapshot)
    publish_again(own_url)
    with snapshot.begin() as connection:
        connection.execute(
            text("alter table ops.key_result_check_ins add constraint no_room check (false) not valid")
        )
    with primary.begin() as connection:
        connection.execute(
            text(
                "insert into ops.key_result_check_ins (objective_id, kr_id, value, checked_in_by, checked_in_at) "
                "values ('SELL', 'REVENUE', 1, 'somebody', now())"
            )
        )
    with pytest.raises(CheckViolation):
        take_step(primary, snapshot)
    assert rows_of(snapshot) == before
    with snapshot.begin() as connection:
        connection.execute(text("alter table ops.key_result_check_ins drop constraint no_room"))
    take_step(primary, snapshot)
    assert rows_of(snapshot) == rows_of(primary)


def test_a_snapshot_of_another_schema_is_not_read_and_goes_when_the_new_one_is_whole(
    home: Path, primary: Engine, snapshot: Engine
) -> None:
    server = start_server(home)
    take_step(primary, snapshot)
    administer(server, "create database snapshot_0001")
    moment = wait_for_snapshot(home, 0)
    assert moment is not None
    assert snapshot.url.database != "snapshot_0001"
    drop_older(server)
    with snapshot.connect() as connection:
        names = connection.scalars(
            text("select datname from pg_database where starts_with(datname, 'snapshot_')")
        )
        assert list(names) == [snapshot.url.database]
    seen = Patient(load_settings(home=home, enable_snapshot=True), datetime.now(UTC))
    assert look(seen).state == "ok"
    later = look(replace(seen, now=seen.now + timedelta(minutes=5)))
    assert (later.state, later.found[:20]) == ("warning", "it stands still sinc")
    with snapshot.begin() as connection:
        connection.execute(text("delete from public.snapshot_state"))
    assert wait_for_snapshot(home, 0) is None, "its first copy is not complete"
    assert "no whole copy" in look(seen).found


def test_every_get_says_the_same_while_postgresql_is_away_and_is_marked(
    ask: Asked, own_url: str, primary: Engine, snapshot: Engine
) -> None:
    reader, paths = Browser(ask.app.test_client()), operations()
    reader.sign_in("admin")
    assert len(paths) > 40
    before = {path: ask.get(path, "admin") for path in paths}
    assert not any("MDL-Snapshot" in answer.headers for answer in before.values())
    take_step(primary, snapshot)
    with away(ask, own_url):
        during = {path: ask.get(path, "admin") for path in paths}
        pages = {path: reader.get(path) for path in PAGES}
    # of the pages, whose words hold moments, that they are shown and say so
    assert all(page.status_code == 200 for page in pages.values()), pages
    assert all("The database does not answer." in page.text for page in pages.values())
    missing = {path for path, answer in during.items() if answer.status_code == 503}
    assert missing == {"/api/auth/audit"}
    for path in set(paths) - missing:
        assert during[path].status_code == before[path].status_code, path
        assert body_of(during[path]) == body_of(before[path]), path
        assert "MDL-Snapshot" in during[path].headers or before[path].status_code == 404, path
    moment = datetime.fromisoformat(during[VALUES].headers["MDL-Snapshot"])
    assert abs((datetime.now(UTC) - moment).total_seconds()) < 300
    told = datetime.fromisoformat(during[VALUES].get_json()["meta"]["snapshot_at"])
    assert abs((told - moment).total_seconds()) < 0.001
    assert before[VALUES].get_json()["meta"]["snapshot_at"] is None


def test_while_it_is_away_nothing_can_be_written_what_can_be_read_is_and_then_all_is_as_before(
    ask: Asked, own_url: str, primary: Engine, snapshot: Engine
) -> None:
    key = {
        "X-API-Key": ask("POST", "/api/auth/api-keys", "viewer", json={"name": "script"}).get_json()["key"]
    }
    tokens = [ask.token(role) for role in ("viewer", "editor", "admin")]
    take_step(primary, snapshot)
    with away(ask, own_url):
        assert ask.get(VALUES, None, headers=key).status_code == 200
        assert len(tokens) == 3
        for method, path, body in WRITES:
            answer = ask(method, path, "admin", json=body)
            assert answer.status_code == 503, (path, answer.text)
            assert answer.headers["Retry-After"] == "1"
            assert "nobody can sign in" in answer.get_json()["detail"]
        health = ask.get("/health", None).get_json()
        assert (health["status"], health["parts"]["snapshot"]["status"]) == ("degraded", "used")
        assert re.search(
            "since .*UTC; answers are read from the snapshot", health["parts"]["database"]["detail"]
        )
        assert ask.get("/health/ready", None).status_code == 200
        scraped = ask.get("/metrics", None).text
        assert "mdl_database_up 0.0" in scraped
        assert "mdl_snapshot_used 1.0" in scraped
        assert "mdl_snapshot_age_seconds" in scraped
        again = ask.get(VALUES)
        assert again.headers["X-Cache"] == "HIT", "kept for as long as the snapshot is of this moment"
    until = time.monotonic() + 20
    while "MDL-Snapshot" in (answer := ask.get(VALUES)).headers:
        assert time.monotonic() < until, "it goes back to PostgreSQL by itself"
        time.sleep(0.1)
    assert answer.headers["X-Cache"] == "MISS", "what was read from the snapshot is not kept as fresh"
    assert ask("POST", "/api/auth/api-keys", "viewer", json={"name": "other"}).status_code == 201
    assert "mdl_snapshot_used 0.0" in ask.get("/metrics", None).text


def test_pages_say_so_and_a_process_that_starts_meanwhile_knows_who_asks(
    ask: Asked, own_url: str, primary: Engine, snapshot: Engine, home: Path
) -> None:
    reader = Browser(ask.app.test_client())
    reader.sign_in("viewer")
    token = ask.token("viewer")
    take_step(primary, snapshot)
    with away(ask, own_url):
        page = reader.get("/metrics/revenue")
        assert page.status_code == 200
        assert "The database does not answer." in page.text
        app = create_app(load_settings(home=home, database_url=own_url, as_of=AS_OF, enable_snapshot=True))
        assert Asked(app, {"viewer": token}).get(VALUES).status_code == 200
        refused = Browser(app.test_client()).sign_in("editor")
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "1"
        assert "nobody can sign in" in refused.text
        app.extensions["mdl"].database.close()


def cutting_before(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, url: str) -> None:
    """PostgreSQL goes away as a function of a module is about to read."""
    read, left = getattr(module, name), [url]

    def reading(*args: Any, **kwargs: Any) -> Any:
        if left:
            cut(left.pop())
        return read(*args, **kwargs)

    monkeypatch.setattr(module, name, reading)


def test_a_key_revoked_in_the_second_before_stays_revoked_though_postgresql_goes_away_as_it_is_learned(
    ask: Asked, own_url: str, primary: Engine, snapshot: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ask("POST", "/api/auth/api-keys", "viewer", json={"name": "script"}).get_json()
    key = {"X-API-Key": made["key"]}
    assert ask.get(VALUES, None, headers=key).status_code == 200
    take_step(primary, snapshot)
    with primary.begin() as connection:
        connection.execute(text("update identity.api_keys set revoked_at = now()"))
        connection.execute(text("update identity.state set version = version + 1"))
    cutting_before(monkeypatch, webapi.process.snapshot, "read_snapshot", own_url)
    forget(ask)
    ask.get(VALUES, None, headers=key)
    mend(own_url)
    until_back(ask)
    assert ask.get(VALUES, None, headers=key).status_code == 401


def test_a_metric_restricted_in_the_second_before_is_so_after_though_postgresql_went_away_as_it_was_learned(
    ask: Asked, own_url: str, primary: Engine, snapshot: Engine
) -> None:
    known = ask.app.extensions["mdl"].snapshot
    assert known.reader("viewer", None, Role.VIEWER).sees("revenue")
    take_step(primary, snapshot)
    with primary.begin() as connection:
        connection.execute(
            text(
                "update catalog.documents set content = content || "
                """'{"governance": {"data_classification": "restricted"}}' where document_id = 'revenue'"""
            )
        )
        connection.execute(text("update catalog.state set version = version + 1"))
    forget(ask)
    known.versions()
    cut(own_url)
    known.reader("viewer", None, Role.VIEWER)
    mend(own_url)
    until_back(ask)
    assert not known.reader("viewer", None, Role.VIEWER).sees("revenue")


def test_what_changed_under_the_same_numbers_during_an_outage_counts_after_it(
    ask: Asked, own_url: str, primary: Engine, snapshot: Engine
) -> None:
    made = ask("POST", "/api/auth/api-keys", "viewer", json={"name": "script"}).get_json()
    key = {"X-API-Key": made["key"]}
    take_step(primary, snapshot)
    with away(ask, own_url):
        assert ask.get(VALUES, None, headers=key).status_code == 200
    primary.dispose()
    with primary.begin() as connection:
        # as a backup has it that was restored meanwhile
        connection.execute(text("update identity.api_keys set revoked_at = now()"))
    until_back(ask)
    assert ask.get(VALUES, None, headers=key).status_code == 401


def test_no_page_mixes_postgresql_and_the_snapshot(
    ask: Asked, own_url: str, primary: Engine, snapshot: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Browser(ask.app.test_client())
    reader.sign_in("admin")
    take_step(primary, snapshot)
    with primary.begin() as connection:
        connection.execute(
            text(
                "update catalog.documents set content = content || jsonb_build_object('name', 'Renamed') "
                "where document_id = 'revenue'"
            )
        )
    cutting_before(monkeypatch, webapi.pages.catalog, "read_choices", own_url)
    page = reader.get("/catalog?kind=metric")
    mend(own_url)
    until_back(ask)
    assert page.status_code == 200
    assert "The database does not answer." in page.text
    assert "Renamed" not in page.text, "read from PostgreSQL, before it went away"
    assert "Renamed" in reader.get("/catalog?kind=metric").text
