"""A refused file counts until it is mended, dismissed, or no longer there."""

from datetime import UTC, datetime

from sqlalchemy import text

from pipelines.ingest.file_states import set_aside
from reports.operations.files import delivered_files
from reports.operations.quality import data_quality, delivered
from reports.publications import reading
from schemas.identity.readers import OPERATOR
from tests.integration.pipelines.shop import Shop, orders_source

GOOD = "2026-11-02T10:00:00Z,DE,1,A"
NOW = datetime(2026, 11, 5, tzinfo=UTC)


def state(shop: Shop) -> str:
    with reading(shop.engine) as connection:
        return data_quality(connection).state


def dismiss(shop: Shop, *names: str) -> list[str]:
    with shop.engine.begin() as connection:
        return set_aside(connection, names, None, "ada", "test data", NOW)


def test_a_refused_file_that_left_the_landing_zone_is_gone_and_one_that_was_accepted_stays(
    shop: Shop,
) -> None:
    good, bad = shop.deliver("good.csv", GOOD), shop.deliver("bad.csv", "1", header="nothing")
    shop.run()
    assert state(shop) == "critical"
    good.unlink()
    bad.unlink()
    shop.deliver("mended.csv", GOOD)
    shop.run()
    assert shop.statuses() == {"good.csv": "accepted", "bad.csv": "gone", "mended.csv": "accepted"}
    assert state(shop) == "ok"


def test_a_dismissed_file_stays_so_however_it_is_read_until_other_bytes_arrive(shop: Shop) -> None:
    shop.deliver("good.csv", GOOD)
    shop.deliver("bad1.csv", "1", header="nothing")
    shop.deliver("bad2.csv", "2", header="nothing")
    shop.run()
    assert dismiss(shop, "nothing-like-it.csv") == []
    assert dismiss(shop, "bad*.csv") == ["bad1.csv", "bad2.csv"]
    assert state(shop) == "ok"
    shop.sources = [orders_source(max_bad_ratio=0.25)]
    shop.run()
    assert shop.statuses() == {"good.csv": "accepted", "bad1.csv": "dismissed", "bad2.csv": "dismissed"}
    shop.deliver("bad1.csv", "3", header="nothing at all")
    shop.run()
    assert shop.statuses()["bad1.csv"] == "rejected"
    with reading(shop.engine) as connection:
        found = {one.path: (one.state, one.dismissed_by) for one in delivered_files(connection, OPERATOR)}
        counts = delivered(connection)["orders"]
    assert found == {
        "good.csv": ("accepted", None),
        "bad1.csv": ("rejected", None),
        "bad2.csv": ("dismissed", "ada"),
    }
    assert counts == {"files": 2, "files_refused": 1, "files_lost": 0, "rows": 1, "rows_refused": 0}


def test_a_count_that_was_never_entered_is_taken_from_the_lake_by_the_next_run(shop: Shop) -> None:
    shop.sources = [orders_source(unique_key=["order_id"])]
    shop.deliver("1.csv", GOOD, GOOD)
    shop.run()
    with shop.engine.begin() as connection:
        connection.execute(text("update ops.ingested_files set superseded_count = null"))
    shop.deliver("2.csv", "2026-11-02T10:00:00Z,DE,1,B")
    shop.run()
    assert shop.books("select superseded_count from ops.ingested_files order by path") == [(1,), (0,)]
