from datetime import UTC, datetime, timedelta

import pytest

from schemas.alerting.errors import SilenceError
from schemas.alerting.silences import silence_end

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_a_silence_ends_at_a_moment_or_after_a_length_of_time() -> None:
    assert silence_end(NOW, NOW + timedelta(hours=1), None) == datetime(2026, 3, 4, 13, tzinfo=UTC)
    assert silence_end(NOW, None, "4h") == datetime(2026, 3, 4, 16, tzinfo=UTC)


@pytest.mark.parametrize(("ends_at", "lasting"), [(None, None), (NOW, "4h"), (None, "soon"), (None, "")])
def test_an_end_that_is_not_one_is_refused(ends_at: datetime | None, lasting: str | None) -> None:
    with pytest.raises(SilenceError):
        silence_end(NOW, ends_at, lasting)


def test_a_length_beyond_the_calendar_is_only_too_long() -> None:
    assert silence_end(NOW, None, "999999 years") == NOW + timedelta(days=180)
