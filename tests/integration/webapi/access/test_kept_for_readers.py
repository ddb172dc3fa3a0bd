"""Kept answers and readers: never across what may be read, shared where it is the same, and at once after a change."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text

from core.clock import wall_now
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.integration.webapi.conftest import PASSWORD, Asked
from webapi.process.snapshot import MAX_AGE_SECONDS

V1 = "/api/v1"
VALUES = f"{V1}/metrics/revenue/values"
MASKED = [f"{V1}/scorecard", f"{V1}/objectives/SELL/progress", f"{V1}/domains/SHOP/scorecard"]
MASKED += [f"{V1}/metrics?include=current", f"{V1}/stats", "/api/stats"]
MERGE = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}


def users(ask: Asked, **teams: str | None) -> None:
    with ask.app.extensions["mdl"].database.primary.begin() as connection:
        for name, team in teams.items():
            create_user(connection, name, PASSWORD, Role.VIEWER, wall_now(), about={"team": team})


def classify(ask: Asked, word: str | None, **owners: str) -> None:
    governance = {"data_classification": word, **owners}
    answer = ask("PATCH", f"{V1}/metrics/revenue", "admin", MERGE, json={"governance": governance})
    assert answer.status_code == 200, answer.text


def how(ask: Asked, path: str, who: str) -> tuple[int, Any]:
    answer = ask.get(path, who)
    return answer.status_code, answer.headers.get("X-Cache")


@pytest.mark.parametrize("path", MASKED)
def test_answers_never_cross_classes_also_not_by_if_none_match(ask_own: Asked, path: str) -> None:
    users(ask_own, ann="hr", bob=None)
    classify(ask_own, "restricted", owner_team="hr")
    own = {who: ask_own.get(path, who) for who in ("ann", "bob")}
    bodies = {who: answer.data for who, answer in own.items()}
    assert bodies["ann"] != bodies["bob"]
    assert own["ann"].headers["ETag"] != own["bob"].headers["ETag"]
    for asked, other in (("ann", "bob"), ("bob", "ann")):
        of_other = {"If-None-Match": own[other].headers["ETag"]}
        again = ask_own.get(path, asked, headers=of_other)
        assert (again.status_code, again.headers["X-Cache"], again.data) == (200, "HIT", bodies[asked])
        of_own = {"If-None-Match": own[asked].headers["ETag"]}
        assert ask_own.get(path, asked, headers=of_own).status_code == 304


def test_what_one_may_not_read_is_refused_whatever_is_kept_or_known(ask_own: Asked) -> None:
    users(ask_own, ann="hr", bob=None)
    classify(ask_own, "restricted", owner_team="hr")
    etag = ask_own.get(VALUES, "ann").headers["ETag"]
    assert how(ask_own, VALUES, "ann") == (200, "HIT")
    for known in ("*", etag):
        assert ask_own.get(VALUES, "bob", headers={"If-None-Match": known}).status_code == 403


def test_readers_of_whom_the_same_is_hidden_share_answers(ask_own: Asked) -> None:
    users(ask_own, ann="hr", bob="it", cid=None)
    assert [how(ask_own, MASKED[0], who)[1] for who in ("ann", "bob", "cid")] == ["MISS", "HIT", "HIT"]
    classify(ask_own, "restricted", owner_team="hr")
    # from ann nothing is hidden now as before
    assert [how(ask_own, MASKED[0], who)[1] for who in ("bob", "cid", "ann")] == ["MISS", "HIT", "HIT"]


def test_another_classification_counts_at_once_whatever_was_kept_before(ask_own: Asked) -> None:
    users(ask_own, bob=None)
    before = ask_own.get(MASKED[0], "bob").data
    assert how(ask_own, VALUES, "bob") == (200, "MISS")
    classify(ask_own, "confidential")
    assert ask_own.get(VALUES, "bob").status_code == 403
    assert ask_own.get(MASKED[0], "bob").data != before
    assert ask_own.get(VALUES, "editor").status_code == 200
    classify(ask_own, "public")
    assert how(ask_own, VALUES, "bob") == (200, "HIT")
    assert ask_own.get(MASKED[0], "bob").data == before


def test_another_team_counts_at_once_for_tokens_and_keys(ask_own: Asked) -> None:
    users(ask_own, bob=None)
    classify(ask_own, "restricted", owner_team="hr")
    made = ask_own("POST", "/api/auth/api-keys", "bob", json={"name": "reads"}).get_json()
    key = {"X-API-Key": made["key"]}
    bob = next(
        each["user_id"]
        for each in ask_own.get("/api/auth/users", "admin").get_json()["data"]
        if each["username"] == "bob"
    )
    for team, status in (("hr", 200), ("it", 403), (None, 403), ("hr", 200)):
        changed = ask_own("PATCH", f"/api/auth/users/{bob}", "admin", json={"team": team})
        assert changed.get_json()["data"]["team"] == team
        assert ask_own.get(VALUES, "bob").status_code == status
        assert ask_own.get(VALUES, None, headers=key).status_code == status


def test_hits_ask_the_database_nothing_also_where_something_is_restricted(
    ask_own: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    users(ask_own, bob="it")
    classify(ask_own, "restricted", owner_team="hr")
    for path in MASKED:
        ask_own.get(path, "bob")
    statements: list[str] = []
    note: Callable[..., None] = lambda _c, _k, statement, *_: statements.append(statement)  # noqa: E731
    monkeypatch.setattr("webapi.process.snapshot.MAX_AGE_SECONDS", 3600)
    engine = ask_own.app.extensions["mdl"].database.primary
    event.listen(engine, "before_cursor_execute", note)
    assert [how(ask_own, path, "bob") for path in MASKED] == [(200, "HIT")] * len(MASKED)
    event.remove(engine, "before_cursor_execute", note)
    assert statements == []


def test_team_and_address_of_a_user_are_checked_and_kept(ask_own: Asked) -> None:
    wanted = {"username": "dan", "team": "hr", "email": "dan@example.com"}
    made = ask_own("POST", "/api/auth/users", "admin", json=wanted).get_json()["data"]
    assert (made["team"], made["email"], made["role"]) == ("hr", "dan@example.com", "viewer")
    path = f"/api/auth/users/{made['user_id']}"
    for wrong in (
        {"team": ""},
        {"team": " hr"},
        {"team": "h\nr"},
        {"team": "x" * 201},
        {"email": "dan"},
        {"team": 7},
    ):
        assert ask_own("PATCH", path, "admin", json=wrong).status_code == 422, wrong
    changed = ask_own("PATCH", path, "admin", json={"email": None, "role": "editor"}).get_json()["data"]
    assert (changed["team"], changed["email"], changed["role"]) == ("hr", None, "editor")
    assert ask_own("PATCH", path, "editor", json={"team": "hr"}).status_code == 403
    newest = ask_own.get("/api/auth/audit?action=user.change&outcome=done", "admin").get_json()["data"][0]
    assert newest["detail"] == {"email": None, "role": "editor"}


def test_nobody_registers_under_the_name_of_an_owner(ask_of: Callable[..., Asked], own_url: str) -> None:
    ask = ask_of(own_url, registration=True)
    classify(ask, "restricted", owner_team="hr", business_owner="boss")
    wanted = {"username": "Boss", "password": PASSWORD}
    refused = ask("POST", "/api/auth/register", None, json=wanted)
    assert (refused.status_code, refused.get_json()["type"]) == (403, "urn:mdl:problem:registration-off")
    # a team is given by administrators: to be called like one gives nothing
    assert ask("POST", "/api/auth/register", None, json={**wanted, "username": "hr"}).status_code == 201
    assert ask.get(VALUES, "hr").status_code == 403


def test_while_the_catalog_cannot_be_read_readers_are_judged_as_it_was_known(
    ask_of: Callable[..., Asked], own_url: str
) -> None:
    ask = ask_of(own_url, request_timeout=1)
    token = {"Authorization": f"Bearer {ask.token('viewer')}"}
    assert ask.get(MASKED[0], None, headers=token).headers["X-Cache"] == "MISS"
    engine = create_engine(own_url)
    with engine.begin() as connection:
        connection.execute(text("update catalog.state set version = version + 1"))
        patch = """content || '{"governance": {"data_classification": "restricted"}}'"""
        connection.execute(
            text(f"update catalog.documents set content = {patch} where document_id = 'revenue'")
        )
    with engine.begin() as connection:
        connection.execute(text("lock table catalog.documents in access exclusive mode"))
        threading.Event().wait(MAX_AGE_SECONDS)
        assert ask.get(MASKED[0], None, headers=token).headers["X-Cache"] == "HIT"
    assert '"restricted":true' in ask.get(MASKED[0], None, headers=token).text
    engine.dispose()
