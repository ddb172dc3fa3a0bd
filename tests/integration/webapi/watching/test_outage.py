"""PostgreSQL away under load, with a restart of the API meanwhile: `make outage` in seconds."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.backup import dump, restore
from tests.integration.webapi.conftest import AS_OF, PASSWORD
from tests.outage.servers import Primary, Served
from tests.outage.trial import run_trial

PATHS = ("/api/v1/metrics/revenue/values", "/api/v1/scorecard", "/api/v1/metrics", "/api/v1/incidents")


@pytest.fixture
def primary(tmp_path: Path, published_url: str) -> Iterator[Primary]:
    """The shop on a server of its own."""
    server = Primary(tmp_path / "primary")
    with (tmp_path / "shop.dump").open("wb") as target:
        dump(published_url, target)
    restore(server.url, tmp_path / "shop.dump")
    yield server
    server.remove()


def test_reads_go_on_while_postgresql_is_away_also_after_a_restart_and_all_is_back_by_itself(
    primary: Primary, tmp_path: Path
) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MDL_")}
    environment |= {
        "MDL_HOME": str(tmp_path / "home"),
        "MDL_DATABASE_URL": primary.url,
        "MDL_AS_OF": AS_OF,
        "MDL_ENABLE_SNAPSHOT": "true",
        "MDL_RATE_LIMIT": "1000000",
    }
    outcome = run_trial(primary, Served(tmp_path, environment), PATHS, ("admin", PASSWORD), seconds=6)
    assert outcome.load.faults == []
    counts = outcome.load.counts
    assert counts["reads marked"] > 20
    assert counts["reads"] > counts["reads marked"]
    assert counts["writes 503 with Retry-After"] > 2
    assert outcome.back_writing < 30
    log = (tmp_path / "serve.log").read_text()
    assert "serving from the snapshot on disk" in log
    assert "PostgreSQL answers again" in log
    assert (tmp_path / "home" / "snapshot" / "postgres").stat().st_mode & 0o777 == 0o700
