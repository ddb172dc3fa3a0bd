from redis import Redis

from webapi.process.rate_limits import Allowance, RateLimit, RateLimits

GENERAL = RateLimit("general", 5, 2)


class Clock:
    """A clock that stands 20 s into a minute until it is set."""

    now = 1_200.0 + 20

    def __call__(self) -> float:
        return self.now


def rates(redis: Redis | None = None) -> RateLimits:
    return RateLimits(GENERAL, RateLimit("strict", 1, 1), redis, Clock())


def take(counted: RateLimits, times: int, who: str = "user:1") -> list[Allowance]:
    return [counted.take(GENERAL, who) for _ in range(times)]


def test_requests_beyond_the_limit_are_refused_until_the_minute_ends() -> None:
    counted = rates()
    allowances = take(counted, 6)
    assert [allowance.is_allowed for allowance in allowances] == [True] * 5 + [False]
    assert [allowance.remaining for allowance in allowances] == [4, 3, 2, 1, 0, 0]
    assert {allowance.reset for allowance in allowances} == {40}
    counted.clock.now += 39  # type: ignore[attr-defined]
    assert not take(counted, 1)[0].is_allowed
    counted.clock.now += 1  # type: ignore[attr-defined]
    assert take(counted, 1)[0] == Allowance(True, 5, 4, 60)


def test_each_caller_and_each_rule_is_counted_apart() -> None:
    counted = rates()
    assert not take(counted, 6)[-1].is_allowed
    assert take(counted, 1, "user:2")[0].is_allowed
    assert counted.take(counted.strict, "user:1").is_allowed
    assert not counted.take(counted.strict, "user:1").is_allowed


def test_windows_that_ended_are_forgotten() -> None:
    counted = rates()
    counted._sweep_at = 3
    for number in range(3):
        take(counted, 1, f"address:{number}")
    counted.clock.now += 60  # type: ignore[attr-defined]
    take(counted, 1, "address:3")
    assert len(counted._shares) == 1
