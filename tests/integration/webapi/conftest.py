"""The API over a small shop whose numbers were published by a real run, asked in every role."""

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import create_engine, make_url, update
from werkzeug.test import TestResponse

from core.clock import wall_now
from core.settings import Settings, load_settings
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from schemas.tables import users
from tests.conftest import administer, copy_database
from tests.integration.webapi.documented_problems import hold_to_document
from webapi.app import create_app

PASSWORD = "correct horse battery staple"  # noqa: S105
# as the product's own, but quick to try: tests sign in over a thousand times
_QUICK_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
CATALOG = """
sources:
  - source_id: orders
    format: csv
    path: "orders/*.csv"
    event: order
    timestamp: {column: at}
    unique_key: [id]
    dimensions: {country: country}
    fields: {value: amount}
    max_bad_ratio: 0.5
domains: [{domain_id: SHOP, name: Shop}]
objectives:
  - objective_id: SELL
    name: Sell more
    business_domain: SHOP
    timeframe: {start: 2026-03-01, end: 2026-03-31}
    key_results: [{kr_id: REVENUE, name: Revenue, target_value: 100, baseline_value: 0, metric_ids: [revenue]}]
metrics:
  - metric_id: revenue
    name: Revenue
    business_domain: shop
    definition: {formula: SUM(order.value), expected_direction: increase}
    data: {time_grain: [day, month], update_frequency: daily}
    dimensions: [{name: country}]
    targets_and_alerts: {target_value: 30, warning_threshold: 15, critical_threshold: 5}
  - metric_id: average-order
    name: Average order
    business_domain: SHOP
    definition: {formula: SUM(order.value) / COUNT(order)}
    data: {time_grain: [day, month]}
    dimensions: [{name: country}]
  - metric_id: happiness
    name: Happiness
    business_domain: SHOP
    definition: {formula: how happy people are}
"""
ORDERS = """id,at,country,amount
1,2026-03-01 09:00,US,10
2,2026-03-01 10:00,DE,20
3,2026-03-02 09:00,US,30
4,2026-03-03 09:00,US,much
"""
AS_OF = "2026-03-04"

# a second shop that published twice: after its first delivery, and after that was corrected and continued
TWICE = """
domains: [{domain_id: SHOP, name: Shop}, {domain_id: STORE, name: Store}]
sources:
  - source_id: orders
    format: csv
    path: "orders/*.csv"
    event_column: kind
    timestamp: {column: at}
    dimensions: {country: country}
    fields: {value: amount}
    max_bad_ratio: 0.5
objectives:
  - objective_id: SELL
    name: Sell more
    business_domain: SHOP
    timeframe: {start: 2026-03-01, end: 2026-03-10}
    key_results: [{kr_id: REVENUE, name: Revenue, target_value: 100, baseline_value: 0, metric_ids: [revenue]}]
metrics:
  - metric_id: revenue
    name: Revenue
    tier: 1
    business_domain: SHOP
    governance: {data_classification: confidential, owner_team: sales}
    definition: {formula: SUM(order.value), expected_direction: increase}
    data: {time_grain: [day]}
    dimensions: [{name: country}]
    targets_and_alerts: {target_value: 30, warning_threshold: 15, critical_threshold: 5}
  - metric_id: orders
    name: Orders
    business_domain: SHOP
    definition: {formula: COUNT(order), unit: orders}
    data: {time_grain: [day, week]}
    dimensions: [{name: country}]
  - metric_id: refunds
    name: Refunds
    business_domain: SHOP
    definition: {formula: SUM(refund.value)}
    data: {time_grain: [day]}
    dimensions: [{name: country}]
  - metric_id: happiness
    name: Happiness
    definition: {formula: how happy people are}
"""
DELIVERIES = {
    "2026-03-03": """id,at,kind,country,amount
1,2026-03-01 09:00,order,US,10
2,2026-03-01 10:00,order,DE,20
3,2026-03-02 09:00,order,US,30
4,2026-03-02 10:00,refund,US,much
""",
    "2026-03-05": """id,at,kind,country,amount
1,2026-03-01 09:00,order,US,10
2,2026-03-01 10:00,order,DE,25
3,2026-03-02 09:00,order,US,30
4,2026-03-02 10:00,refund,US,7
5,2026-03-04 09:00,order,DE,40
""",
}


@pytest.fixture(scope="session")
def published_url(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with the shop's publication 1 and a user of each role; tests must not write to it."""
    with shop_database(postgres_url) as url:
        publish(tmp_path_factory.mktemp("shop"), url, CATALOG, {AS_OF: ORDERS})
        yield url


@pytest.fixture(scope="session")
def twice_url(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of the shop that published twice; tests must not write to it."""
    with shop_database(postgres_url) as url:
        publish(tmp_path_factory.mktemp("twice"), url, TWICE, DELIVERIES)
        yield url


@contextmanager
def shop_database(postgres_url: str) -> Iterator[str]:
    """An empty database that others can be copied from."""
    name = f"published_{uuid.uuid4().hex[:12]}"
    administer(postgres_url, f"create database {name}")
    yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    administer(postgres_url, f"drop database {name} with (force)")


def publish(root: Path, url: str, catalog: str, deliveries: Mapping[str, str]) -> None:
    """Run on the one file of orders as it was on each day, and make a user of each role."""
    orders = root / "landing" / "orders" / "1.csv"
    orders.parent.mkdir(parents=True)
    (root / "catalog.yaml").write_text(catalog)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MDL_")}
    environment |= {
        "MDL_HOME": str(root / "home"),
        "MDL_CATALOG": str(root / "catalog.yaml"),
        "MDL_LANDING": str(root / "landing"),
        "MDL_DATABASE_URL": url,
    }
    command = [sys.executable, "-c", "import mdl; mdl.main()", "run"]
    for as_of, text in deliveries.items():
        orders.write_text(text)
        done = subprocess.run(
            command,
            env=environment | {"MDL_AS_OF": as_of},
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    engine = create_engine(url)
    with engine.begin() as connection:
        for role in Role:
            create_user(connection, role.value, PASSWORD, role, wall_now(), about={"team": "sales"})
        connection.execute(update(users).values(password_hash=_QUICK_HASH))
    engine.dispose()


@pytest.fixture
def own_url(postgres_url: str, published_url: str) -> Iterator[str]:
    """A copy of the published database that the test may write to."""
    name = f"own_{uuid.uuid4().hex[:12]}"
    template = make_url(published_url).database
    copy_database(postgres_url, name, template)
    yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    administer(postgres_url, f"drop database {name} with (force)")


@dataclass
class Asked:
    """An app and the means to ask it in a role."""

    app: Flask
    tokens: dict[str, str]

    def __call__(
        self,
        method: str,
        path: str,
        role: str | None = "viewer",
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> TestResponse:
        """Send a request as a user of that role; None is anonymous."""
        sent = dict(headers or {})
        if role is not None:
            sent.setdefault("Authorization", f"Bearer {self.token(role)}")
        answer = self.app.test_client().open(path, method=method, headers=sent, **options)
        hold_to_document(self.app, answer)
        return answer

    def get(self, path: str, role: str | None = "viewer", **options: Any) -> TestResponse:
        """GET as a user of that role."""
        return self("GET", path, role, **options)

    def token(self, role: str) -> str:
        """An access token of the role's user, signed in once."""
        if role not in self.tokens:
            answer = self.app.test_client().post(
                "/api/auth/login", json={"username": role, "password": PASSWORD}
            )
            assert answer.status_code == 200, answer.text
            self.tokens[role] = answer.get_json()["access_token"]
        return self.tokens[role]


@pytest.fixture
def ask_of(tmp_path: Path) -> Iterator[Callable[..., Asked]]:
    """Makes apps over a database URL, with further settings where given."""
    made: list[Flask] = []

    def create(url: str, **settings: Any) -> Asked:
        made.append(create_app(api_settings(tmp_path, url, **settings)))
        return Asked(made[-1], {})

    yield create
    for app in made:
        app.extensions["mdl"].database.close()


def api_settings(home: Path, url: str, **settings: Any) -> Settings:
    """Settings of an API over a database."""
    return load_settings(home=home / "home", database_url=url, as_of=AS_OF, **settings)


@pytest.fixture
def ask(ask_of: Callable[..., Asked], published_url: str) -> Asked:
    """The API over the published shop; the test must not write."""
    return ask_of(published_url)


@pytest.fixture
def ask_own(ask_of: Callable[..., Asked], own_url: str) -> Asked:
    """The API over a copy of the published shop that the test may write to."""
    return ask_of(own_url)


@pytest.fixture
def ask_twice(ask_of: Callable[..., Asked], twice_url: str) -> Asked:
    """The API over the shop that published twice; the test must not write."""
    return ask_of(twice_url)
