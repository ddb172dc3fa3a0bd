"""Tokens made, changed or kept to get what is not one's own; and the ways to a higher role."""

import base64
import time
from typing import Any

import jwt
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.webapi.conftest import PASSWORD, Asked

ME = "/api/auth/me"
USERS = "/api/auth/users"


def ask_with(asked: Asked, token: str, path: str = ME) -> int:
    return asked.get(path, None, headers={"Authorization": f"Bearer {token}"}).status_code


def claims_of(asked: Asked, role: str = "viewer") -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(asked.token(role), options={"verify_signature": False})
    return found


def signed(asked: Asked, claims: dict[str, Any], secret: str | None = None, algorithm: str = "HS256") -> str:
    return jwt.encode(claims, secret or asked.app.config["JWT_SECRET_KEY"], algorithm=algorithm)


def part(value: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode().rstrip("=")


def test_what_the_forgeries_start_from_is_good(ask: Asked) -> None:
    assert ask_with(ask, ask.token("viewer")) == 200
    assert ask_with(ask, signed(ask, claims_of(ask))) == 200


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE"])
@pytest.mark.parametrize("signature", ["", "x"])
def test_a_token_that_claims_to_need_no_signature_is_refused(
    ask: Asked, algorithm: str, signature: str
) -> None:
    token = f"{part({'alg': algorithm, 'typ': 'JWT'})}.{part(claims_of(ask, 'admin'))}.{signature}"
    assert ask_with(ask, token) == 401


def test_another_secret_or_algorithm_is_refused(ask: Asked) -> None:
    claims = claims_of(ask, "admin")
    assert ask_with(ask, signed(ask, claims, "another secret of at least 32 characters")) == 401
    for algorithm in ("HS384", "HS512"):
        secret = "another secret long enough for any hash, even of 64 bytes: really"  # noqa: S105
        assert ask_with(ask, signed(ask, claims, secret, algorithm)) == 401


def test_changed_claims_under_an_old_signature_are_refused(ask: Asked) -> None:
    header, _, signature = ask.token("viewer").split(".")
    for changed in ({"sub": claims_of(ask, "admin")["sub"]}, {"exp": int(time.time()) + 10**6}, {"sid": "x"}):
        assert ask_with(ask, f"{header}.{part(claims_of(ask) | changed)}.{signature}") == 401


def test_an_expired_token_is_refused_even_after_it_was_good(ask: Asked) -> None:
    claims = claims_of(ask) | {"exp": int(time.time()) + 1}
    token = signed(ask, claims)
    assert ask_with(ask, token) == 200
    time.sleep(max(0.0, claims["exp"] - time.time()) + 0.01)
    assert ask_with(ask, token) == 401


def test_a_refresh_token_gives_no_access_and_an_access_token_no_refresh(ask_own: Asked) -> None:
    json = {"username": "viewer", "password": PASSWORD}
    tokens = ask_own("POST", "/api/auth/login", None, json=json).get_json()
    assert ask_with(ask_own, tokens["refresh_token"]) == 401
    given = {"refresh_token": tokens["access_token"]}
    assert ask_own("POST", "/api/auth/refresh", None, json=given).status_code == 401


def test_the_role_a_token_claims_is_of_no_interest(ask: Asked) -> None:
    token = signed(ask, claims_of(ask) | {"role": "admin", "x-role": "admin", "is_admin": True})
    assert ask_with(ask, token) == 200
    assert ask_with(ask, token, USERS) == 403


@pytest.mark.parametrize("claim", ["sub", "exp", "type"])
@pytest.mark.parametrize("value", [None, "", "nobody", -1, 1.5, [], {}, "9" * 400, "²"])
def test_claims_of_the_wrong_kind_are_refused_even_with_our_signature(
    ask: Asked, claim: str, value: object
) -> None:
    assert ask_with(ask, signed_loosely(ask, claims_of(ask) | {claim: value})) == 401


def signed_loosely(asked: Asked, claims: dict[str, Any]) -> str:
    """As `signed`, of claims that the library itself would not sign."""
    key = jwt.PyJWS()
    return key.encode(orjson.dumps(claims), asked.app.config["JWT_SECRET_KEY"], algorithm="HS256")


def test_a_missing_claim_is_refused_even_with_our_signature(ask: Asked) -> None:
    for claim in ("sub", "sid", "exp"):
        claims = claims_of(ask)
        del claims[claim]
        assert ask_with(ask, signed_loosely(ask, claims)) == 401, claim


def test_the_token_of_a_deactivated_user_is_refused(ask_own: Asked) -> None:
    token = ask_own.token("viewer")
    path = f"{USERS}/{claims_of(ask_own)['sub']}"
    assert ask_own("PATCH", path, "admin", json={"is_active": False}).status_code == 200
    assert ask_with(ask_own, token) == 401


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
@given(header=st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=200))
def test_no_header_whatsoever_breaks_the_check(ask: Asked, header: str) -> None:
    ask.app.extensions["mdl"].rate_limits.clock = time.monotonic_ns  # every request in a minute of its own
    for headers in ({"Authorization": f"Bearer {header}"}, {"Authorization": header}, {"X-API-Key": header}):
        assert ask.get(ME, None, headers=headers).status_code == 401


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_nobody_raises_his_own_role(ask_own: Asked, role: str) -> None:
    own = f"{USERS}/{claims_of(ask_own, role)['sub']}"
    assert ask_own("PATCH", own, role, json={"role": "admin"}).status_code == 403
    assert ask_own("POST", USERS, role, json={"username": "twin", "role": "admin"}).status_code == 403
    key = {"name": "up", "role": "admin"}
    assert ask_own("POST", "/api/auth/api-keys", role, json=key).status_code == 403
    password = {"old_password": PASSWORD, "new_password": "a new long phrase", "role": "admin"}
    assert ask_own("POST", "/api/auth/password", role, json=password).status_code == 422
    login = {"username": role, "password": PASSWORD, "role": "admin"}
    assert ask_own("POST", "/api/auth/login", None, json=login).status_code == 422
    sent = {"X-Role": "admin", "X-Forwarded-User": "admin"}
    assert ask_own.get(USERS, role, headers=sent).status_code == 403
    assert ask_own.get(ME, role).get_json()["data"]["role"] == role
