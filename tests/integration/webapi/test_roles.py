"""Every endpoint, asked by everybody: who may and who may not."""

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask_jwt_extended import create_access_token
from sqlalchemy import make_url

from schemas.identity.roles import Role
from tests.conftest import administer, copy_database
from tests.integration.webapi.conftest import PASSWORD, Asked, api_settings
from webapi.app import create_app
from webapi.openapi import FILE

# method and path -> the least role; None is everybody
NEEDS: dict[str, str | None] = {
    "POST /api/auth/login": None,
    "POST /api/auth/refresh": None,
    "POST /api/auth/register": None,
    "POST /api/auth/logout": "viewer",
    "GET /api/auth/me": "viewer",
    "POST /api/auth/password": "viewer",
    "GET /api/auth/users": "admin",
    "POST /api/auth/users": "admin",
    "PATCH /api/auth/users/{user_id}": "admin",
    "POST /api/auth/users/{user_id}/password": "admin",
    "GET /api/auth/api-keys": "viewer",
    "POST /api/auth/api-keys": "viewer",
    "DELETE /api/auth/api-keys/{key_id}": "viewer",
    "GET /api/auth/audit": "admin",
    "GET /health": None,
    "GET /health/live": None,
    "GET /health/ready": None,
    "GET /metrics": None,
    "GET /api/v1/metrics/{metric_id}/values": "viewer",
    "GET /api/v1/metrics/{metric_id}/summary": "viewer",
    "GET /api/v1/metrics/{metric_id}/chart": "viewer",
    "GET /api/v1/metrics/{metric_id}/policy": "viewer",
    "GET /api/v1/objectives/{objective_id}/progress": "viewer",
    "GET /api/v1/domains/{domain_id}/scorecard": "viewer",
    "GET /api/v1/scorecard": "viewer",
    "GET /api/v1/stats": "viewer",
    "GET /api/v1/publications": "viewer",
    "GET /api/v1/data-quality": "viewer",
    "GET /api/v1/publications/{publication_id}": "viewer",
    "GET /api/v1/incidents": "viewer",
    "GET /api/v1/incidents/{incident_id}": "viewer",
    "GET /api/v1/incidents/{incident_id}/history": "viewer",
    "POST /api/v1/incidents/{incident_id}/acknowledge": "editor",
    "DELETE /api/v1/incidents/{incident_id}/acknowledge": "editor",
    "POST /api/v1/incidents/{incident_id}/resolve": "editor",
    "POST /api/v1/incidents/{incident_id}/silence": "editor",
    "PUT /api/v1/incidents/{incident_id}/label": "editor",
    "GET /api/v1/reports/archive": "viewer",
    "GET /api/v1/reports/{report_id}/archive": "viewer",
    "GET /api/v1/reports/archive/{run_id}": "viewer",
    "GET /api/v1/reports/archive/{run_id}/files/{name}": "viewer",
    "GET /api/v1/silences": "viewer",
    "POST /api/v1/silences": "editor",
    "DELETE /api/v1/silences/{silence_id}": "editor",
    "GET /api/v1/alert-rules": "viewer",
    "GET /api/v1/alert-rules/{subject_kind}/{subject_id}/{rule_id}/outcomes": "viewer",
    "GET /api/v1/policies": "viewer",
    "POST /api/v1/query": "viewer",
    "DELETE /api/v1/cache": "admin",
    "GET /api/v1/settings": "admin",
    "GET /api/v1/settings/{name}": "admin",
    "PUT /api/v1/settings/{name}": "admin",
    "DELETE /api/v1/settings/{name}": "admin",
    "GET /api/v1/": None,
    "GET /api/v1/domains": "viewer",
    "GET /api/v1/domains/{domain_id}": "viewer",
    "GET /api/v1/domains/{domain_id}/history": "viewer",
    "POST /api/v1/domains": "editor",
    "PUT /api/v1/domains/{domain_id}": "editor",
    "PATCH /api/v1/domains/{domain_id}": "editor",
    "DELETE /api/v1/domains/{domain_id}": "admin",
    "GET /api/v1/objectives": "viewer",
    "GET /api/v1/objectives/{objective_id}": "viewer",
    "GET /api/v1/objectives/{objective_id}/history": "viewer",
    "POST /api/v1/objectives": "editor",
    "PUT /api/v1/objectives/{objective_id}": "editor",
    "PATCH /api/v1/objectives/{objective_id}": "editor",
    "DELETE /api/v1/objectives/{objective_id}": "admin",
    "GET /api/v1/metrics": "viewer",
    "GET /api/v1/metrics/{metric_id}": "viewer",
    "GET /api/v1/metrics/{metric_id}/history": "viewer",
    "POST /api/v1/metrics": "editor",
    "PUT /api/v1/metrics/{metric_id}": "editor",
    "PATCH /api/v1/metrics/{metric_id}": "editor",
    "DELETE /api/v1/metrics/{metric_id}": "admin",
    "GET /api/v1/reports": "viewer",
    "GET /api/v1/reports/{report_id}": "viewer",
    "GET /api/v1/reports/{report_id}/history": "viewer",
    "POST /api/v1/reports": "editor",
    "PUT /api/v1/reports/{report_id}": "editor",
    "PATCH /api/v1/reports/{report_id}": "editor",
    "DELETE /api/v1/reports/{report_id}": "admin",
    "DELETE /api/v1/sources/{source_id}": "admin",
    "GET /api/v1/sources": "viewer",
    "GET /api/v1/sources/{source_id}": "viewer",
    "GET /api/v1/sources/{source_id}/history": "viewer",
    "GET /api/v1/objectives/{objective_id}/key-results": "viewer",
    "GET /api/v1/key-results/{kr_id}/check-ins": "viewer",
    "POST /api/v1/key-results/{kr_id}/check-ins": "editor",
    "GET /api/v1/metrics/{metric_id}/lineage": "viewer",
    "POST /api/v1/import": "editor",
    "GET /api/v1/export": "viewer",
}
PARTS = {
    "metric_id": "revenue",
    "objective_id": "SELL",
    "domain_id": "SHOP",
    "source_id": "orders",
    "report_id": "weekly",
    "kr_id": "REVENUE",
    "user_id": "999",
    "key_id": "none",
    "publication_id": "1",
    "incident_id": "1",
    "run_id": "1",
    "name": "weekly.pdf",
    "silence_id": "1",
    "subject_kind": "metric",
    "subject_id": "revenue",
    "rule_id": "thresholds",
}


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in json.loads(FILE.read_text())["paths"].items():
        for method, operation in methods.items():
            if method != "parameters" and not operation.get("deprecated"):
                yield f"{method.upper()} {path}", operation


def test_the_table_names_every_endpoint_with_the_role_its_document_says() -> None:
    assert {name: operation.get("x-role") for name, operation in operations()} == NEEDS


# these are of a signed-in person: a key must not renew itself, and revokes itself alone
WITH_A_SECRET = ("POST /api/auth/login", "POST /api/auth/refresh")
NOT_WITH_A_KEY: dict[str, Any] = {
    "POST /api/auth/logout": None,
    "POST /api/auth/password": {"old_password": PASSWORD, "new_password": "another long enough one"},
    "POST /api/auth/api-keys": {"name": "another"},
    "DELETE /api/auth/api-keys/{key_id}": None,
    "POST /api/auth/users": {"username": "mallory"},
    "PATCH /api/auth/users/{user_id}": {"is_locked": False},
    "POST /api/auth/users/{user_id}/password": None,
}
IDENTITIES = ["anonymous", "viewer", "editor", "admin", "key of viewer", "key of editor", "key of admin"]


@pytest.fixture(scope="module")
def shared(
    postgres_url: str, published_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asked]:
    """One copy of the shop for all rows of the table: what they send is too little to change anything."""
    name = f"roles_{uuid.uuid4().hex[:12]}"
    copy_database(postgres_url, name, make_url(published_url).database)
    url = make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    settings = api_settings(tmp_path_factory.mktemp("roles"), url, strict_rate_limit=10**6, rate_limit=10**6)
    app = create_app(settings)
    yield Asked(app, {})
    app.extensions["mdl"].database.close()
    administer(postgres_url, f"drop database {name} with (force)")


@pytest.fixture
def everybody(shared: Asked) -> Callable[[str], dict[str, str]]:
    """Headers that prove an identity, anew for each row: one of them signs out."""
    shared.tokens.clear()

    def headers(identity: str) -> dict[str, str]:
        if identity == "anonymous":
            return {}
        role = identity.removeprefix("key of ")
        if role == identity:
            return {"Authorization": f"Bearer {shared.token(role)}"}
        wanted = {"name": "table", "role": role}
        answer = shared("POST", "/api/auth/api-keys", role, json=wanted)
        assert answer.status_code == 201, answer.text
        return {"X-API-Key": answer.get_json()["key"]}

    return headers


@pytest.mark.parametrize("identity", IDENTITIES)
@pytest.mark.parametrize("name", NEEDS)
def test_only_those_with_the_role_get_past(
    shared: Asked, everybody: Callable[[str], dict[str, str]], name: str, identity: str
) -> None:
    body = {"json": NOT_WITH_A_KEY[name]} if "key" in identity and NOT_WITH_A_KEY.get(name) else {}
    answer = shared(*filled(name), None, headers=everybody(identity), **body)
    needed, role = NEEDS[name], identity.removeprefix("key of ")
    if needed is None:
        assert answer.status_code != 401 or name in WITH_A_SECRET
    elif identity == "anonymous":
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    elif not Role(role).covers(Role(needed)) or ("key" in identity and name in NOT_WITH_A_KEY):
        assert answer.status_code == 403
    else:
        assert answer.status_code not in (401, 403)


@pytest.mark.parametrize("name", [name for name, needed in NEEDS.items() if needed])
@pytest.mark.parametrize(
    "how", ["expired", "of another secret", "of nobody", "no token at all", "revoked", "revoked key"]
)
def test_what_does_not_count_gets_nobody_past(
    shared: Asked, everybody: Callable[[str], dict[str, str]], name: str, how: str
) -> None:
    answer = shared(*filled(name), None, headers=spoilt(shared, everybody, how))
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"


def spoilt(ask: Asked, everybody: Callable[[str], dict[str, str]], how: str) -> dict[str, str]:
    if how == "revoked":
        headers = everybody("admin")
        assert ask("POST", "/api/auth/logout", None, headers=headers).status_code == 204
        return headers
    if how == "revoked key":
        headers = everybody("key of admin")
        newest = ask.get("/api/auth/api-keys", "admin").get_json()["data"][0]
        path = f"/api/auth/api-keys/{newest['key_id']}"
        assert ask("DELETE", path, "admin").status_code == 204
        return headers
    return {"Authorization": f"Bearer {forged(ask, how)}"}


def forged(ask: Asked, how: str) -> str:
    if how == "no token at all":
        return "eyJhbGciOiJub25lIn0.e30."
    with ask.app.app_context():
        if how == "of nobody":
            return create_access_token("999", additional_claims={"sid": "x"})
        if how == "expired":
            return create_access_token(
                "1", expires_delta=timedelta(seconds=-1), additional_claims={"sid": "x"}
            )
        secret = ask.app.config["JWT_SECRET_KEY"]
        ask.app.config["JWT_SECRET_KEY"] = "another secret of at least 32 characters"  # noqa: S105
        token = create_access_token("1", additional_claims={"sid": "x"})
        ask.app.config["JWT_SECRET_KEY"] = secret
        return token


def filled(name: str) -> tuple[str, str]:
    method, path = name.split()
    return method, path.format(**PARTS)
