"""Every endpoint, asked by everybody: who may and who may not."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask_jwt_extended import create_access_token

from schemas.identity.roles import Role
from tests.integration.webapi.conftest import Asked
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
    "GET /api/auth/api-keys": "viewer",
    "POST /api/auth/api-keys": "viewer",
    "DELETE /api/auth/api-keys/{key_id}": "viewer",
    "GET /api/auth/audit": "admin",
    "GET /health": None,
    "GET /health/live": None,
    "GET /health/ready": None,
    "GET /api/v1/metrics/{metric_id}/values": "viewer",
    "GET /api/v1/metrics/{metric_id}/summary": "viewer",
    "GET /api/v1/metrics/{metric_id}/policy": "viewer",
    "GET /api/v1/objectives/{objective_id}/progress": "viewer",
    "GET /api/v1/domains/{domain_id}/scorecard": "viewer",
    "GET /api/v1/scorecard": "viewer",
    "GET /api/v1/stats": "viewer",
    "GET /api/v1/publications": "viewer",
    "GET /api/v1/data-quality": "viewer",
    "GET /api/v1/policies": "viewer",
    "POST /api/v1/query": "viewer",
    "DELETE /api/v1/cache": "admin",
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
    "kr_id": "REVENUE",
    "user_id": "1",
    "key_id": "none",
}


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in json.loads(FILE.read_text())["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield f"{method.upper()} {path}", operation


def test_the_table_names_every_endpoint_with_the_role_its_document_says() -> None:
    assert {name: operation.get("x-role") for name, operation in operations()} == NEEDS


@pytest.mark.parametrize("role", [None, "viewer", "editor", "admin"])
@pytest.mark.parametrize("name", NEEDS)
def test_only_those_with_the_role_get_past(ask_own: Asked, name: str, role: str | None) -> None:
    answer = ask_own(*filled(name), role)
    needed = NEEDS[name]
    if needed is None:
        assert answer.status_code != 403
    elif role is None:
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    elif not Role(role).covers(Role(needed)):
        assert answer.status_code == 403
    else:
        assert answer.status_code not in (401, 403)


@pytest.mark.parametrize("name", [name for name, needed in NEEDS.items() if needed])
@pytest.mark.parametrize("how", ["expired", "of another secret", "of nobody", "no token at all"])
def test_a_token_that_does_not_count_gets_nobody_past(ask: Asked, name: str, how: str) -> None:
    answer = ask(*filled(name), None, headers={"Authorization": f"Bearer {spoilt(ask, how)}"})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"


def spoilt(ask: Asked, how: str) -> str:
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
