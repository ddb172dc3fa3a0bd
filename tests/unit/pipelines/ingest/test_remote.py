import time

import pytest

from core.errors import TransientError
from pipelines.ingest.remote import within_time


def test_work_that_ends_in_time_gives_its_answer_or_its_error() -> None:
    assert within_time(lambda: 7, 5, "it") == 7
    with pytest.raises(ZeroDivisionError):
        within_time(lambda: 1 // 0, 5, "it")


def test_work_that_stands_still_is_left_behind() -> None:
    began = time.monotonic()
    with pytest.raises(TransientError, match="it did not answer"):
        within_time(lambda: time.sleep(30), 0.2, "it")
    assert time.monotonic() - began < 3


@pytest.mark.slow
def test_work_that_goes_on_may_take_longer_than_the_limit_and_a_dribble_may_not() -> None:
    began = time.monotonic()

    def arrived(bytes_a_second: int) -> int:
        return int((time.monotonic() - began) * bytes_a_second)

    within_time(lambda: time.sleep(1.2), 0.5, "it", lambda: arrived(1_000_000))
    with pytest.raises(TransientError):
        within_time(lambda: time.sleep(5), 0.5, "it", lambda: arrived(10))
