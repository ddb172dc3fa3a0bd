"""Signing in and out, tokens, passwords, users, keys and the audit log, over a real PostgreSQL."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, event, text
from werkzeug.test import TestResponse

from core.clock import wall_now
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.integration.webapi.conftest import PASSWORD, Asked

ME = "/api/auth/me"
KEYS = "/api/auth/api-keys"
WRONG = "not the password"
NEW = "quite another long phrase"


def sign_in(asked: Asked, username: str = "viewer", password: str = PASSWORD) -> TestResponse:
    return asked("POST", "/api/auth/login", None, json={"username": username, "password": password})


def refresh(asked: Asked, token: str) -> TestResponse:
    return asked("POST", "/api/auth/refresh", None, json={"refresh_token": token})


def with_token(asked: Asked, token: str, method: str = "GET", path: str = ME, **options: Any) -> TestResponse:
    return asked(method, path, None, headers={"Authorization": f"Bearer {token}"}, **options)


def with_key(asked: Asked, key: str, method: str = "GET", path: str = ME, **options: Any) -> TestResponse:
    return asked(method, path, None, headers={"X-API-Key": key}, **options)


def new_key(asked: Asked, owner: str = "viewer", **given: Any) -> dict[str, Any]:
    answer = asked("POST", "/api/auth/api-keys", owner, json={"name": "script", **given})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.get_json()
    return created


def kind_of(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["type"].removeprefix("urn:mdl:problem:")


def audited(asked: Asked, query: str = "") -> list[tuple[str, str, str, str]]:
    rows = asked.get(f"/api/auth/audit?{query}", "admin").get_json()["data"]
    return [(row["actor"], row["action"], row["target"], row["outcome"]) for row in rows]


def test_a_refresh_token_counts_once_and_continues_the_session(ask_own: Asked) -> None:
    first = sign_in(ask_own).get_json()
    second = refresh(ask_own, first["refresh_token"]).get_json()
    third = refresh(ask_own, second["refresh_token"])
    assert third.status_code == 200
    assert with_token(ask_own, third.get_json()["access_token"]).status_code == 200


def test_a_spent_refresh_token_used_again_ends_the_whole_session(ask_own: Asked) -> None:
    other = sign_in(ask_own).get_json()
    first = sign_in(ask_own).get_json()
    second = refresh(ask_own, first["refresh_token"]).get_json()
    assert refresh(ask_own, first["refresh_token"]).status_code == 401
    assert refresh(ask_own, second["refresh_token"]).status_code == 401
    assert with_token(ask_own, second["access_token"]).status_code == 401
    assert with_token(ask_own, other["access_token"]).status_code == 200
    assert ("anonymous", "session.reuse", "user:viewer", "refused") in audited(ask_own)


def test_of_two_who_refresh_with_the_same_token_one_wins_and_the_session_ends(ask_own: Asked) -> None:
    token = sign_in(ask_own).get_json()["refresh_token"]
    start, answers = threading.Barrier(2), []

    def race() -> None:
        start.wait()
        answers.append(refresh(ask_own, token))

    threads = [threading.Thread(target=race) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 401]
    won = next(answer for answer in answers if answer.status_code == 200).get_json()
    assert with_token(ask_own, won["access_token"]).status_code == 401


def test_after_logout_no_token_of_the_session_counts_in_any_process(
    ask_own: Asked, ask_of: Callable[..., Asked], own_url: str
) -> None:
    elsewhere = ask_of(own_url)
    kept, left = sign_in(ask_own).get_json(), sign_in(ask_own).get_json()
    assert with_token(elsewhere, left["access_token"]).status_code == 200
    assert with_token(ask_own, left["access_token"], "POST", "/api/auth/logout").status_code == 204
    assert with_token(ask_own, left["access_token"]).status_code == 401
    threading.Event().wait(0.26)
    assert with_token(elsewhere, left["access_token"]).status_code == 401
    assert refresh(elsewhere, left["refresh_token"]).status_code == 401
    assert with_token(elsewhere, kept["access_token"]).status_code == 200


def test_me_says_who_one_is_and_with_which_right(ask_own: Asked) -> None:
    mine = ask_own.get(ME, "editor")
    assert mine.headers["Cache-Control"] == "no-store"
    data = mine.get_json()["data"]
    assert (data["user"]["username"], data["role"], data["key_id"]) == ("editor", "editor", None)
    created = new_key(ask_own, "editor")
    data = with_key(ask_own, created["key"]).get_json()["data"]
    assert (data["user"]["role"], data["role"]) == ("editor", "viewer")
    assert data["key_id"] == created["data"]["key_id"]


def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(ask_own: Asked) -> None:
    other, own = sign_in(ask_own).get_json(), sign_in(ask_own).get_json()["access_token"]

    def change(old: str, new: str) -> TestResponse:
        json = {"old_password": old, "new_password": new}
        return with_token(ask_own, own, "POST", "/api/auth/password", json=json)

    assert kind_of(change("something else entirely", NEW)) == (403, "wrong-password")
    short = change(PASSWORD, "viewer")
    assert kind_of(short) == (422, "invalid")
    assert short.get_json()["detail"] == (
        "a password needs at least 12 characters, and must not hold the user name"
    )
    assert kind_of(change(PASSWORD, PASSWORD)) == (422, "invalid")
    assert change(PASSWORD, NEW).status_code == 204
    assert with_token(ask_own, own).status_code == 200
    assert with_token(ask_own, other["access_token"]).status_code == 401
    assert refresh(ask_own, other["refresh_token"]).status_code == 401
    assert sign_in(ask_own).status_code == 401
    assert sign_in(ask_own, password=NEW).status_code == 200


def test_the_fifth_failure_in_a_row_locks_even_the_right_password_out(ask_own: Asked, own_url: str) -> None:
    engine = create_engine(own_url)
    with engine.begin() as connection:  # somebody who never signed in from here
        create_user(connection, "newcomer", PASSWORD, Role.VIEWER, wall_now())
    engine.dispose()
    for _ in range(5):
        assert sign_in(ask_own, "newcomer", WRONG).status_code == 401
    assert kind_of(sign_in(ask_own, "newcomer")) == (401, "sign-in-refused")
    user = next(
        user
        for user in ask_own.get("/api/auth/users", "admin").get_json()["data"]
        if user["username"] == "newcomer"
    )
    assert (user["failed_sign_ins"], user["locked_until"]) == (5, None), "the place is locked, not the user"
    path = f"/api/auth/users/{user['user_id']}"
    assert ask_own("PATCH", path, "admin", json={"is_locked": False}).status_code == 200
    assert sign_in(ask_own, "newcomer").status_code == 200


def test_registration_is_off_unless_the_setting_says_otherwise(ask_own: Asked) -> None:
    given = {"username": "newcomer", "password": NEW}
    assert kind_of(ask_own("POST", "/api/auth/register", None, json=given)) == (403, "registration-off")


def test_who_registers_is_a_viewer_and_cannot_say_otherwise(
    ask_of: Callable[..., Asked], own_url: str
) -> None:
    asked = ask_of(own_url, registration=True)
    given = {"username": "Newcomer", "password": NEW}
    answer = asked("POST", "/api/auth/register", None, json={**given, "role": "admin"})
    assert answer.status_code == 422
    assert answer.get_json()["errors"] == [{"field": "json.role", "message": "Unknown field."}]
    answer = asked("POST", "/api/auth/register", None, json=given)
    assert (answer.status_code, answer.get_json()["data"]["role"]) == (201, "viewer")
    assert asked("POST", "/api/auth/register", None, json=given).status_code == 409
    assert sign_in(asked, "newcomer", NEW).status_code == 200


def test_a_new_user_can_do_nothing_before_choosing_a_password(ask_own: Asked) -> None:
    created = ask_own("POST", "/api/auth/users", "admin", json={"username": "ann", "role": "admin"})
    assert created.status_code == 201
    password = created.get_json()["password"]
    tokens = sign_in(ask_own, "ann", password).get_json()
    assert tokens["must_change_password"] is True
    token = tokens["access_token"]
    assert with_token(ask_own, token).status_code == 200
    for path in ("/api/auth/users", "/api/auth/api-keys", "/api/v1/metrics/revenue/values"):
        assert kind_of(with_token(ask_own, token, path=path)) == (403, "password-due")
    json = {"old_password": password, "new_password": NEW}
    assert with_token(ask_own, token, "POST", "/api/auth/password", json=json).status_code == 204
    assert with_token(ask_own, token, path="/api/auth/users").status_code == 200


def test_a_reset_password_counts_once_and_ends_what_was_open(
    ask_of: Callable[..., Asked], own_url: str
) -> None:
    ask_own = ask_of(own_url, strict_rate_limit=100)
    before, key = sign_in(ask_own).get_json(), new_key(ask_own)["key"]
    for _ in range(5):
        sign_in(ask_own, password=WRONG)
    path = f"/api/auth/users/{ids_of(ask_own)['viewer']}/password"
    answer = ask_own("POST", path, "admin")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.get_json()["data"]["must_change_password"] is True
    password = answer.get_json()["password"]
    assert with_token(ask_own, before["access_token"]).status_code == 401
    assert refresh(ask_own, before["refresh_token"]).status_code == 401
    assert sign_in(ask_own).status_code == 401
    token = sign_in(ask_own, password=password).get_json()["access_token"]
    for sent in (with_token(ask_own, token, path=KEYS), with_key(ask_own, key, path=KEYS)):
        assert kind_of(sent) == (403, "password-due")
    json = {"old_password": password, "new_password": NEW}
    assert with_token(ask_own, token, "POST", "/api/auth/password", json=json).status_code == 204
    assert with_key(ask_own, key, path=KEYS).status_code == 200
    assert sign_in(ask_own, password=password).status_code == 401
    assert ("user:admin", "user.reset_password", "user:viewer", "done") in audited(ask_own)
    assert password not in ask_own.get("/api/auth/audit", "admin").text
    assert ask_own("POST", "/api/auth/users/999/password", "admin").status_code == 404


def test_users_come_in_pages(ask_own: Asked) -> None:
    answer = ask_own.get("/api/auth/users?limit=2&page=2", "admin")
    assert [user["username"] for user in answer.get_json()["data"]] == ["viewer"]
    assert answer.headers["X-Total-Count"] == "3"
    assert "password" not in answer.text.replace("must_change_password", "")


def ids_of(asked: Asked) -> dict[str, int]:
    users = asked.get("/api/auth/users", "admin").get_json()["data"]
    return {user["username"]: user["user_id"] for user in users}


def test_a_changed_role_counts_at_once_for_tokens_and_keys(ask_own: Asked) -> None:
    ids, editor_key = ids_of(ask_own), new_key(ask_own, "editor", role="editor")["key"]
    assert with_key(ask_own, editor_key).get_json()["data"]["role"] == "editor"
    path = f"/api/auth/users/{ids['editor']}"
    assert ask_own("PATCH", path, "admin", json={"role": "viewer"}).get_json()["data"]["role"] == "viewer"
    assert ask_own.get(ME, "editor").get_json()["data"]["role"] == "viewer"
    assert with_key(ask_own, editor_key).get_json()["data"]["role"] == "viewer"


def test_a_deactivated_user_is_out_with_all_tokens_and_keys(ask_own: Asked) -> None:
    tokens, key = sign_in(ask_own).get_json(), new_key(ask_own)["key"]
    path = f"/api/auth/users/{ids_of(ask_own)['viewer']}"
    assert ask_own("PATCH", path, "admin", json={"is_active": False}).status_code == 200
    assert with_token(ask_own, tokens["access_token"]).status_code == 401
    assert refresh(ask_own, tokens["refresh_token"]).status_code == 401
    assert with_key(ask_own, key).status_code == 401
    assert sign_in(ask_own).status_code == 401
    ask_own("PATCH", path, "admin", json={"is_active": True})
    assert with_token(ask_own, tokens["access_token"]).status_code == 401


def test_the_last_active_administrator_stays(ask_own: Asked) -> None:
    ids = ids_of(ask_own)
    own = f"/api/auth/users/{ids['admin']}"
    assert kind_of(ask_own("PATCH", own, "admin", json={"role": "viewer"})) == (409, "last-admin")
    assert kind_of(ask_own("PATCH", own, "admin", json={"is_active": False})) == (409, "last-admin")
    ask_own("PATCH", f"/api/auth/users/{ids['editor']}", "admin", json={"role": "admin"})
    assert ask_own("PATCH", own, "editor", json={"is_active": False}).status_code == 200


def test_a_change_of_nothing_and_of_nobody_is_refused(ask_own: Asked) -> None:
    assert ask_own("PATCH", "/api/auth/users/1", "admin", json={}).status_code == 422
    nobody = ask_own("PATCH", "/api/auth/users/9223372036854775807", "admin", json={"role": "admin"})
    assert kind_of(nobody) == (404, "not-found")
    assert ask_own("PATCH", f"/api/auth/users/{10**30}", "admin", json={"role": "admin"}).status_code == 404


def test_what_one_process_allowed_no_other_refuses(
    ask_own: Asked, ask_of: Callable[..., Asked], own_url: str
) -> None:
    elsewhere = ask_of(own_url)
    assert elsewhere.get(ME).status_code == 200
    path = f"/api/auth/users/{ids_of(ask_own)['viewer']}"
    # each step is asked for elsewhere at once, long before what is known there is a quarter of a second old
    key = new_key(ask_own)["key"]
    assert with_key(elsewhere, key).status_code == 200
    assert elsewhere.get("/api/auth/users").status_code == 403
    ask_own("PATCH", path, "admin", json={"role": "admin"})
    assert elsewhere.get("/api/auth/users").status_code == 200
    created = ask_own("POST", "/api/auth/users", "admin", json={"username": "ann"}).get_json()
    token = sign_in(ask_own, "ann", created["password"]).get_json()["access_token"]
    assert with_token(elsewhere, token).status_code == 200
    json = {"old_password": created["password"], "new_password": NEW}
    assert with_token(ask_own, token, "POST", "/api/auth/password", json=json).status_code == 204
    assert with_token(elsewhere, token, path="/api/v1/stats").status_code == 200


def test_a_flood_of_guesses_hardly_reaches_the_database(ask_own: Asked) -> None:
    statements: list[str] = []
    database = ask_own.app.extensions["mdl"].database
    token = ask_own.token("viewer")
    event.listen(database.primary, "before_cursor_execute", lambda *sent: statements.append(sent[2]))
    begun = time.monotonic()
    refused = [with_key(ask_own, f"mdl_{number}").status_code for number in range(500)]
    refused += [with_token(ask_own, token, path="/api/auth/users").status_code for _ in range(500)]
    assert refused == [401] * 500 + [403] * 500
    assert len(statements) <= 45 + 45 * (time.monotonic() - begun)


def test_what_no_database_can_mend_asks_none(ask_own: Asked) -> None:
    ask_own.get(ME)
    snapshot = ask_own.app.extensions["mdl"].snapshot
    snapshot._read_at = time.monotonic() + 60
    ask_own.app.extensions["mdl"].database.close()
    for token in ("no token", "", ask_own.token("viewer")[:-3]):
        assert with_token(ask_own, token).status_code == 401
    assert ask_own.app.extensions["mdl"].database.primary.pool.checkedin() == 0


def test_a_key_is_shown_once_and_stored_as_a_hash(ask_own: Asked, own_url: str) -> None:
    created = new_key(ask_own)
    key = created["key"]
    assert key.startswith("mdl_")
    listed = ask_own.get("/api/auth/api-keys")
    assert [each["key_id"] for each in listed.get_json()["data"]] == [created["data"]["key_id"]]
    assert key not in listed.text
    engine = create_engine(own_url)
    with engine.connect() as connection:
        stored = connection.scalar(text("select row_to_json(k)::text from identity.api_keys k"))
        logged = connection.scalar(text("select string_agg(a::text, '') from identity.audit_log a"))
    engine.dispose()
    assert key not in stored
    assert key not in logged
    assert PASSWORD not in logged


def test_a_key_ends_after_90_days_unless_said_otherwise_and_never_after_more_than_366(ask_own: Asked) -> None:
    def days(created: dict[str, Any]) -> float:
        data = created["data"]
        life = datetime.fromisoformat(data["expires_at"]) - datetime.fromisoformat(data["created_at"])
        return life / timedelta(days=1)

    assert days(new_key(ask_own)) == 90
    assert days(new_key(ask_own, expires_in_days=366)) == 366
    for refused in (0, 367, "90", 1.5):
        json = {"name": "script", "expires_in_days": refused}
        assert ask_own("POST", "/api/auth/api-keys", "viewer", json=json).status_code == 422


def test_a_key_has_at_most_the_role_of_its_owner(ask_own: Asked) -> None:
    answer = ask_own("POST", "/api/auth/api-keys", "editor", json={"name": "script", "role": "admin"})
    assert kind_of(answer) == (403, "forbidden")


def test_an_expired_key_is_refused(ask_own: Asked, own_url: str) -> None:
    key = new_key(ask_own)["key"]
    engine = create_engine(own_url)
    with engine.begin() as connection:
        connection.execute(text("update identity.api_keys set expires_at = now()"))
        connection.execute(text("update identity.state set version = version + 1"))
    engine.dispose()
    ask_own.app.extensions["mdl"].snapshot.forget()
    assert with_key(ask_own, key).status_code == 401


def test_a_key_is_revoked_by_its_owner_or_an_administrator_only(ask_own: Asked) -> None:
    first, second = new_key(ask_own), new_key(ask_own)
    paths = [f"/api/auth/api-keys/{created['data']['key_id']}" for created in (first, second)]
    assert kind_of(ask_own("DELETE", paths[0], "editor")) == (404, "not-found")
    assert with_key(ask_own, first["key"]).status_code == 200
    assert ask_own("DELETE", paths[0], "viewer").status_code == 204
    assert ask_own("DELETE", paths[1], "admin").status_code == 204
    assert [with_key(ask_own, created["key"]).status_code for created in (first, second)] == [401, 401]


def test_a_key_cannot_make_keys_change_the_password_or_sign_out(ask_own: Asked) -> None:
    key = new_key(ask_own)["key"]
    password = {"old_password": PASSWORD, "new_password": NEW}
    for path, json in (("api-keys", {"name": "child"}), ("password", password), ("logout", None)):
        assert with_key(ask_own, key, "POST", f"/api/auth/{path}", json=json).status_code == 403, path


def test_the_use_of_a_key_is_noted_at_most_once_a_minute(ask_own: Asked) -> None:
    key = new_key(ask_own)["key"]

    def last_used() -> str:
        found: str = ask_own.get("/api/auth/api-keys").get_json()["data"][0]["last_used_at"]
        return found

    assert last_used() is None
    with_key(ask_own, key)
    noted = last_used()
    assert noted is not None
    with_key(ask_own, key)
    assert last_used() == noted


def test_the_audit_log_says_who_did_what_from_where(ask_own: Asked) -> None:
    sign_in(ask_own, password=WRONG)
    sign_in(ask_own, "hunter2 typed in the wrong field", "x")
    headers = {"X-Request-ID": "the-request"}
    ask_own("POST", "/api/auth/users", "admin", headers=headers, json={"username": "ann"})
    ask_own("POST", "/api/auth/users", "admin", json={"username": "ann"})
    entries = audited(ask_own)
    assert entries[:5] == [
        ("user:admin", "user.create", "user:ann", "refused"),
        ("user:admin", "user.create", "user:ann", "done"),
        ("user:admin", "sign_in", "user:admin", "done"),
        ("anonymous", "sign_in", "unknown user", "refused"),
        ("anonymous", "sign_in", "user:viewer", "refused"),
    ]
    answer = ask_own.get("/api/auth/audit?action=user.create&outcome=done", "admin").get_json()
    assert answer["pagination"]["total"] == 1
    assert (answer["data"][0]["address"], answer["data"][0]["request_id"]) == ("127.0.0.1", "the-request")
    assert answer["data"][0]["detail"] == {"role": "viewer"}
    tomorrow = (wall_now() + timedelta(days=1)).date().isoformat()
    assert audited(ask_own, f"from={tomorrow}T00:00:00Z") == []


def test_what_a_key_does_is_logged_with_the_key(ask_own: Asked) -> None:
    created = new_key(ask_own, "admin", role="admin")
    new = {"domain_id": "NEW", "name": "New"}
    assert with_key(ask_own, created["key"], "POST", "/api/v1/domains", json=new).status_code == 201
    actor = f"key:{created['data']['key_id']} of user:admin"
    assert audited(ask_own)[0] == (actor, "domain.create", "domain:NEW", "done")


def test_a_name_that_postgresql_cannot_keep_is_nobodys(ask_own: Asked) -> None:
    assert sign_in(ask_own, "a\0b").status_code == 400
    assert sign_in(ask_own, "naïve").status_code == 401
