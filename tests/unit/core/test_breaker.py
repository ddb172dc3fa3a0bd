"""What an outage of PostgreSQL leaves: its reason in the log, once, and that it is over."""

import logging
import threading
import time

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from core.connections.breaker import Breaker
from core.errors import DatabaseAwayError


def test_an_outage_is_told_once_with_its_reason_and_so_is_its_end(caplog: pytest.LogCaptureFixture) -> None:
    breaker, told = Breaker(), []
    breaker.on_change = told.append

    def lost() -> None:
        raise OperationalError("select 1", {}, OSError("connection to 10.0.0.9 refused"))

    with caplog.at_level(logging.INFO, "core.connections.breaker"):
        for _ in range(3):
            with pytest.raises(DatabaseAwayError):
                breaker.call(lost, lambda: 0.0)
        time.sleep(0.55)  # until one may try again
        with pytest.raises(DatabaseAwayError):
            breaker.call(lost, lambda: 0.0)
        time.sleep(0.55)
        assert breaker.call(lambda: 7, lambda: 1.0) == 7
        assert breaker.call(lambda: 8, lambda: 1.0) == 8
    (went, back) = caplog.records
    assert "connection to 10.0.0.9 refused" in went.getMessage()
    assert (went.levelname, back.levelname) == ("ERROR", "WARNING")
    assert back.getMessage().startswith("PostgreSQL answers again, after 1.")
    assert told == [True, False]


def test_what_is_no_outage_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    breaker = Breaker()

    def wrong() -> None:
        raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        breaker.call(wrong, lambda: 0.0)
    assert caplog.records == []


def test_a_pool_that_is_full_says_nothing_of_an_outage_and_ends_none() -> None:
    breaker, told = Breaker(), []
    breaker.on_change = told.append

    def full() -> None:
        raise PoolTimeoutError("QueuePool limit reached")

    def lost() -> None:
        raise OperationalError("select 1", {}, OSError("connection to 10.0.0.9 refused"))

    for once, expected in ((full, []), (lost, [True]), (full, [True])):
        with pytest.raises(DatabaseAwayError):
            breaker.call(once, lambda: 0.0)
        time.sleep(0.55)
        assert told == expected
    assert breaker.call(lambda: 7, lambda: 1.0) == 7
    assert told == [True, False]


def test_each_outage_is_asked_over_by_one_thread_that_is_gone_once_the_breaker_closes() -> None:
    breaker, is_lost, asked_by = Breaker(), True, set[int]()

    def ask() -> None:
        asked_by.add(threading.get_ident())
        if is_lost:
            raise OperationalError("select 1", {}, OSError("refused"))

    breaker.ask = ask
    for _ in range(3):
        with pytest.raises(DatabaseAwayError):
            breaker.call(ask, lambda: 0.0)
    time.sleep(1.2)
    assert len(asked_by - {threading.get_ident()}) == 1
    before = threading.active_count()
    breaker.close()
    assert threading.active_count() == before - 1
