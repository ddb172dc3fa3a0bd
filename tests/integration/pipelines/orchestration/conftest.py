"""A shop with one source and two metrics, and the means to run MDL's jobs on it in process."""

import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dagster as dg
import pytest
from sqlalchemy import Connection, create_engine, make_url, text

from core.database import connect
from core.progress import silent
from core.settings import Settings, load_settings
from pipelines.orchestration.in_process import Local, local
from pipelines.orchestration.instance import prepare
from tests.conftest import administer, copy_database

CATALOG = """
sources:
  - source_id: orders
    format: csv
    path: "orders/*.csv"
    event: order
    timestamp: {column: at, timezone: America/New_York}
    dimensions: {country: country}
    fields: {value: amount}
    max_bad_ratio: 0.4
domains: [{domain_id: SHOP, name: Shop}]
objectives:
  - objective_id: SELL
    name: Sell more
    business_domain: SHOP
    timeframe: {start: 2026-03-01, end: 2026-03-31}
    key_results: [{kr_id: REVENUE, name: Revenue, target_value: 100, baseline_value: 0, metric_ids: [average-order]}]
metrics:
  - metric_id: revenue
    name: Revenue
    business_domain: SHOP
    definition: {formula: SUM(order), expected_direction: increase}
    data: {time_grain: [day, month], update_frequency: daily}
    dimensions: [{name: country}]
  - metric_id: average-order
    name: Average order
    definition: {formula: SUM(order.value) / COUNT(order)}
    data: {time_grain: [day]}
    dimensions: [{name: country}]
"""
ENVIRONMENT = (
    "DAGSTER_HOME",
    "DAGSTER_POSTGRES_URL",
    "DAGSTER_STATE_DIR",
    "DAGSTER_EVENT_BATCH_SIZE",
    "DAGSTER_DISABLE_TELEMETRY",
)
MARCH_1_AND_2 = """at,country,amount
2026-03-01 09:00,DE,10
2026-03-01 10:00,FR,20
2026-03-02 09:00,DE,30
"""


@dataclass
class Shop:
    """An installation of its own; as of noon on 5 March 2026 in New York."""

    root: Path
    settings: Settings

    @property
    def database_name(self) -> str:
        """The shop's database."""
        assert self.settings.database_url is not None
        return str(make_url(self.settings.database_url.get_secret_value()).database)

    def deliver(self, name: str, text: str) -> None:
        """Put a file into the landing zone."""
        path = Path(self.settings.landing) / "orders" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def write_catalog(self, text: str) -> None:
        """Replace the catalog."""
        self.settings.catalog.mkdir(exist_ok=True)
        (self.settings.catalog / "shop.yaml").write_text(text)

    @contextmanager
    def opened(self) -> Iterator[Local]:
        """The installation as `mdl run` opens it."""
        with local(self.settings, silent, lambda: None) as opened:
            yield opened

    def run(self, job: str = "refresh", ops: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Any]:
        """Execute a job as `mdl run` does; what each asset said."""
        with self.opened() as opened:
            return opened.execute(job, ops)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the shop's database."""
        with self.database() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]

    @contextmanager
    def database(self) -> Iterator[Connection]:
        """A connection to the shop's database; what is written is kept."""
        engine = connect(self.settings)
        with engine.begin() as connection:
            yield connection
        engine.dispose()

    def revenue(self) -> dict[str, float]:
        """Published daily revenue, by local day."""
        rows = self.query(
            "select to_char(period_start at time zone 'America/New_York', 'YYYY-MM-DD'), value "
            "from marts.metric_values where metric_id = 'revenue' and grain = 'day' and slice = '' "
            "and sample_count > 0 order by 1"
        )
        return dict(rows)


@pytest.fixture(scope="session")
def _dagster_template(postgres_url: str, _template: str) -> str:
    """A migrated database that has Dagster's tables too: making them takes longer than most tests."""
    name = f"{_template}_dagster"
    copy_database(postgres_url, name, _template)
    engine = create_engine(make_url(postgres_url).set(database=name))
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as home:
        _restore_environment(patch)
        prepare(load_settings(home=Path(home)), engine)
        dg.DagsterInstance.get().dispose()
    engine.dispose()
    return name


def _restore_environment(patch: pytest.MonkeyPatch) -> None:
    """Whatever `prepare` sets goes back to what it was."""
    for name in ENVIRONMENT:
        patch.setenv(name, "")


def make_shop(root: Path, url: str) -> Shop:
    """The shop in a folder, on a database of its own, with its catalog and first delivery."""
    settings = load_settings(
        home=root / "home",
        catalog=root / "catalog",
        landing=str(root / "landing"),
        database_url=url,
        timezone="America/New_York",
        as_of="2026-03-05T12:00:00-05:00",
        history_start="2026-02-01",
    )
    return Shop(root, settings)


@pytest.fixture
def shop(
    tmp_path: Path, postgres_url: str, _dagster_template: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shop]:
    """The shop with its first delivery, before any run."""
    _restore_environment(monkeypatch)
    with _copied(postgres_url, _dagster_template) as url:
        shop = make_shop(tmp_path, url)
        shop.write_catalog(CATALOG)
        shop.deliver("one.csv", MARCH_1_AND_2)
        yield shop


@pytest.fixture(scope="session")
def _published_template(
    tmp_path_factory: pytest.TempPathFactory, postgres_url: str, _dagster_template: str
) -> Iterator[Shop]:
    """The shop after its first run, to be copied."""
    with (
        pytest.MonkeyPatch.context() as patch,
        _copied(postgres_url, _dagster_template) as url,
    ):
        _restore_environment(patch)
        shop = make_shop(tmp_path_factory.mktemp("shop"), url)
        shop.write_catalog(CATALOG)
        shop.deliver("one.csv", MARCH_1_AND_2)
        shop.run()
        yield shop


@pytest.fixture
def published(
    tmp_path: Path, postgres_url: str, _published_template: Shop, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shop]:
    """The shop after its first run."""
    _restore_environment(monkeypatch)
    shutil.copytree(_published_template.root, tmp_path / "shop")
    with _copied(postgres_url, _published_template.database_name) as url:
        yield make_shop(tmp_path / "shop", url)


@contextmanager
def _copied(postgres_url: str, template: str) -> Iterator[str]:
    """URL of a copy of a database."""
    name = f"shop_{uuid.uuid4().hex[:12]}"
    copy_database(postgres_url, name, template)
    yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    administer(postgres_url, f"drop database {name} with (force)")
