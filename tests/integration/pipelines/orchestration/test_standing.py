from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from core.settings import Settings
from pipelines.up_to_date import ground, is_standing
from schemas.tables import key_result_check_ins
from tests.build_marts import metric, publish_rows, row, utc

NOON = utc("2013-09-05 12:00")
LAST_EVENT = utc("2013-09-05 11:00")


@pytest.fixture
def publish(database: Engine, tmp_path: Path) -> Callable[..., None]:
    """Publishes one metric as of noon on 5 September, with everything the publication must remember."""

    def publish_one(grain: str = "day", events_until: datetime | None = LAST_EVENT) -> None:
        with database.connect() as connection:
            facts = ground(connection, events_until)
        offered = metric(data={"time_grain": [grain, "month"]})
        publish_rows(
            database,
            tmp_path,
            [row(utc("2013-09-04"), 1.0, grain=grain)],
            metrics=[offered],
            as_of=NOON,
            catalog_version=3,
            facts=facts,
        )

    return publish_one


def stands(engine: Engine, as_of: datetime = NOON, timezone: str = "UTC", **versions: Any) -> bool:
    asked = {"lake_version": 1, "catalog_version": 3} | versions
    with engine.connect() as connection:
        return is_standing(connection, Settings(timezone=timezone), as_of, **asked)


def test_before_the_first_publication_nothing_stands(database: Engine) -> None:
    assert not stands(database)


def test_what_rests_on_the_same_stands(database: Engine, publish: Callable[..., None]) -> None:
    publish()
    assert stands(database)


@pytest.mark.parametrize(
    "change", [{"lake_version": 2}, {"catalog_version": 4}, {"timezone": "Europe/Berlin"}]
)
def test_a_new_lake_catalog_or_zone_ends_it(
    database: Engine, publish: Callable[..., None], change: dict[str, Any]
) -> None:
    publish()
    assert not stands(database, **change)


def test_a_check_in_ends_it(database: Engine, publish: Callable[..., None]) -> None:
    publish()
    with database.begin() as connection:
        connection.execute(
            insert(key_result_check_ins).values(
                objective_id="O", kr_id="K", value=1, checked_in_by="me", checked_in_at=datetime.now(UTC)
            )
        )
    assert not stands(database)


def test_another_version_of_the_software_ends_it(
    database: Engine, publish: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish()
    monkeypatch.setattr("pipelines.up_to_date.version", lambda _name: "99.0.0")
    assert not stands(database)


@pytest.mark.parametrize(
    "as_of",
    [
        utc("2013-09-06"),  # the fifth is complete now
        utc("2013-09-05 10:59"),  # the last event is not counted any more
    ],
)
def test_time_ends_it_where_a_day_or_an_event_lies_between(
    database: Engine, publish: Callable[..., None], as_of: datetime
) -> None:
    publish()
    assert not stands(database, as_of)


@pytest.mark.parametrize("as_of", [utc("2013-09-05 12:01"), utc("2013-09-05 23:59")])
def test_time_alone_does_not_end_it(database: Engine, publish: Callable[..., None], as_of: datetime) -> None:
    publish()
    assert stands(database, as_of)


def test_hours_pass_faster_than_days(database: Engine, publish: Callable[..., None]) -> None:
    publish(grain="hour")
    # at noon the newest hour is the one that ends then; by half past twelve another has begun
    assert not stands(database, utc("2013-09-05 12:30"))
    assert stands(database)


def test_events_that_lie_ahead_end_it_as_soon_as_time_passes(
    database: Engine, publish: Callable[..., None]
) -> None:
    publish(events_until=utc("2013-12-31"))
    assert stands(database)
    assert not stands(database, utc("2013-09-05 12:01"))


def test_a_month_ends_with_its_day_though_no_day_is_offered(
    database: Engine, publish: Callable[..., None]
) -> None:
    publish(grain="quarter")
    assert not stands(database, utc("2013-09-06 01:00")), "pace counts whole days"
