from datetime import UTC, datetime, timedelta

import pytest

from pipelines.suites.freshness import FRESHNESS_SUITES, Covered
from schemas.documents.documents import DataFacts, Metric
from schemas.documents.durations import tolerated_age

AS_OF = datetime(2013, 10, 15, 12, tzinfo=UTC)


def promising(metric_id: str, **facts: str) -> Metric:
    return Metric(metric_id=metric_id, name=metric_id, data=DataFacts(**facts))


@pytest.mark.parametrize(
    ("facts", "age"),
    [
        ({"data_freshness": "6 hours"}, timedelta(hours=6)),
        ({"data_freshness": "1 Day", "update_frequency": "hourly"}, timedelta(days=1)),
        ({"update_frequency": "daily"}, timedelta(days=2)),
        ({"data_freshness": "next morning", "update_frequency": "Hourly"}, timedelta(hours=2)),
        ({"data_freshness": "soon"}, None),
        ({}, None),
    ],
)
def test_how_old_data_may_be_is_what_the_document_promises(
    facts: dict[str, str], age: timedelta | None
) -> None:
    assert tolerated_age(DataFacts(**facts)) == age


def test_a_metric_is_stale_by_its_newest_period_with_data() -> None:
    metrics = {
        "FRESH": promising("FRESH", data_freshness="6 hours"),
        "STALE": promising("STALE", data_freshness="6 hours"),
        "NEVER": promising("NEVER", update_frequency="daily"),
        "SILENT": promising("SILENT"),
    }
    ends = {
        "FRESH": AS_OF - timedelta(hours=6),
        "STALE": AS_OF - timedelta(hours=7),
        "NEVER": None,
        "SILENT": None,
    }
    verdict = FRESHNESS_SUITES[0].examine(Covered(ends, AS_OF, metrics))
    assert verdict.broken == 2
    assert [row["metric_id"] for row in verdict.examples] == ["STALE", "NEVER"]


def test_nothing_published_is_nothing_stale() -> None:
    assert FRESHNESS_SUITES[0].examine(Covered({}, None, {})).broken == 0
