"""Lists that are dumped at once say what lists dumped field by field say."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from marshmallow import fields

from reports.models import MetricValue
from webapi.process.json_text import to_json
from webapi.v1.metrics.schemas import ValueSchema
from webapi.views.schemas import PlainList, Schema

NEW_YORK = ZoneInfo("America/New_York")


class BothSchema(Schema):
    """The same rows twice."""

    at_once = PlainList(fields.Nested(ValueSchema))
    one_by_one = fields.List(fields.Nested(ValueSchema))


def value(start: datetime, number: float | None) -> MetricValue:
    end = start.replace(day=start.day + 1)
    numbers = dict.fromkeys(("value", "numerator", "denominator", "previous_value", "change_pct"), number)
    texts = {"metric_id": "m", "grain": "day", "slice": "a=é", "status": "ok"}
    rest = {
        "definition_version": "1.0.0",
        "definition_hash": "0",
        "publication_id": 1,
        "baseline_value": None,
    }
    flags = {"is_complete": True, "is_carried": False, "sample_count": 2**40}
    return MetricValue(period_start=start, period_end=end, **numbers, **texts, **rest, **flags)


@pytest.mark.parametrize("number", [None, 0.0, -0.0, 95.0, 0.1, 1e22, 5e-324, -1.5e300])
def test_rows_dumped_at_once_read_as_those_dumped_one_by_one(number: float | None) -> None:
    rows = [
        value(datetime(2026, 3, 8, tzinfo=NEW_YORK), number),
        value(datetime(2026, 3, 8, 5, 30, 1, 250_000, tzinfo=UTC), number),
    ]
    both = BothSchema().dump({"at_once": rows, "one_by_one": rows})
    assert to_json(both["at_once"]) == to_json(both["one_by_one"])
    assert b'"period_start":"2026-03-08T00:00:00-05:00"' in to_json(both["at_once"])
