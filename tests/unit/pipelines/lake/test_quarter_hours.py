from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipelines.lake import quarter_hours

JANUARY = 1_507_776  # quarter hours from 1970 to 2013-01-01: 15,706 days of 96
quarters = st.sets(st.integers(-200, 200), max_size=60)


def test_quarters_that_touch_become_one_range_and_others_stay_apart() -> None:
    changes = quarter_hours.from_quarters(
        [("a", JANUARY + 1), ("a", JANUARY), ("a", JANUARY + 3), ("b", JANUARY)]
    )
    assert changes == {
        "a": ((JANUARY, JANUARY + 2), (JANUARY + 3, JANUARY + 4)),
        "b": ((JANUARY, JANUARY + 1),),
    }
    assert quarter_hours.load([quarter_hours.dump(changes)])["a"] == (
        (datetime(2013, 1, 1, 0, 0, tzinfo=UTC), datetime(2013, 1, 1, 0, 30, tzinfo=UTC)),
        (datetime(2013, 1, 1, 0, 45, tzinfo=UTC), datetime(2013, 1, 1, 1, 0, tzinfo=UTC)),
    )


@given(quarters, quarters)
def test_the_union_of_two_commits_covers_exactly_their_quarters(one: set[int], other: set[int]) -> None:
    texts = [
        quarter_hours.dump(quarter_hours.from_quarters(("e", q) for q in quarters))
        for quarters in (one, other)
    ]
    spans = quarter_hours.load(texts).get("e", [])
    covered = {
        quarter
        for start, end in spans
        for quarter in range(
            (start - quarter_hours.EPOCH) // quarter_hours.QUARTER,
            (end - quarter_hours.EPOCH) // quarter_hours.QUARTER,
        )
    }
    assert covered == one | other
    assert all(a[1] < b[0] for a, b in pairwise(spans))


def test_more_ranges_than_the_log_should_hold_become_whole_days() -> None:
    scattered = [("e", JANUARY + 2 * n) for n in range(quarter_hours.MAX_RANGES + 1)]
    days = -(-(2 * quarter_hours.MAX_RANGES + 1) // 96)
    assert quarter_hours.from_quarters(scattered) == {"e": ((JANUARY, JANUARY + 96 * days),)}


def test_an_instant_before_1970_lies_in_the_quarter_that_began_before_it() -> None:
    before = datetime(1969, 12, 31, 23, 59, tzinfo=UTC)
    assert quarter_hours.around(before, before) == (-1, 0)
