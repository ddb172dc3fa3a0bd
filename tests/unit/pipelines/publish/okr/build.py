"""Key results, series and a timeframe for the tests of OKR arithmetic, with defaults."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from pipelines.publish.okr.key_results import score_key_result
from pipelines.publish.okr.trend import KeyResultSeries, Point
from schemas.documents.documents import KeyResult, Timeframe

ZONE = ZoneInfo("UTC")
# 100 days, 1 January to 10 April
FRAME = Timeframe(start=date(2013, 1, 1), end=date(2013, 4, 10))
numbers = st.floats(-1e6, 1e6)
DAY_50 = date(2013, 2, 20)  # half of the days have passed


def key_result(**fields: object) -> KeyResult:
    return KeyResult.model_validate({"kr_id": "KR-1", "name": "One"} | fields)


def series(*values: float, first: date = date(2013, 1, 1), **fields: object) -> KeyResultSeries:
    """Daily values from `first` on."""
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    points = [
        Point(start + timedelta(days=n), start + timedelta(days=n + 1), value)
        for n, value in enumerate(values)
    ]
    return KeyResultSeries(points=points, **({"metric_id": "METRIC-A", "grain": "day"} | fields))


def check_ins(*values: float) -> KeyResultSeries:
    found = series(*values, metric_id=None, grain=None, source={"source": "check-in"})
    return KeyResultSeries([Point(p.end, p.end, p.value) for p in found.points], source=found.source)


def score(document: KeyResult, *candidates: KeyResultSeries, today: date = DAY_50, frame: Timeframe = FRAME):
    return score_key_result(document, frame, candidates, today, ZONE)
