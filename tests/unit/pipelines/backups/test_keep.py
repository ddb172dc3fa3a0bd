"""Which backups are deleted; checked on cases worked out by hand, and on any set of them."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipelines.backups.keep import KeptBackup, outdated

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


def kept(days: int, *, whole: bool = True, good: bool | None = True) -> KeptBackup:
    return KeptBackup(f"of {days} days", NOW - timedelta(days=days), whole, good)


def test_the_newest_are_kept_and_those_beyond_their_number_or_age_are_not() -> None:
    daily = [kept(day) for day in range(5)]
    assert outdated(daily, NOW, 3, None) == ["of 3 days", "of 4 days"]
    assert outdated(daily, NOW, 9, timedelta(days=2)) == ["of 3 days", "of 4 days"]


def test_the_last_good_one_is_kept_however_old_and_however_many_bad_ones_came_since() -> None:
    found = [kept(1, good=False), kept(2, good=False), kept(300), kept(301)]
    assert outdated(found, NOW, 1, timedelta(days=7)) == ["of 2 days", "of 301 days"]


def test_one_that_nobody_has_verified_yet_is_kept_beside_the_last_good_one() -> None:
    found = [kept(8, good=None), kept(9, good=None), kept(10)]
    assert outdated(found, NOW, 1, timedelta(days=7)) == ["of 9 days"]


def test_what_was_broken_off_is_deleted_once_nobody_can_be_writing_it() -> None:
    found = [kept(0, whole=False, good=None), kept(3, whole=False, good=None), kept(5)]
    assert outdated(found, NOW, 7, None) == ["of 3 days"]


BACKUPS = st.lists(
    st.builds(
        lambda days, whole, good: kept(days, whole=whole, good=good if whole else None),
        st.integers(0, 400),
        st.booleans(),
        st.sampled_from([True, False, None]),
    ),
    unique_by=lambda each: each.name,
)


@given(BACKUPS, st.integers(1, 5), st.none() | st.integers(1, 30).map(lambda days: timedelta(days=days)))
def test_of_any_backups_a_good_or_hopeful_one_is_left_where_there_was_one(
    found: list[KeptBackup], most: int, longest: timedelta | None
) -> None:
    gone = set(outdated(found, NOW, most, longest))
    left = [each for each in found if each.name not in gone]
    for wanted in (True, None):
        candidates = [each for each in found if each.is_whole and each.is_good is wanted]
        if candidates and (wanted or not any(each.is_good for each in found)):
            assert any(each.is_whole and each.is_good is not False for each in left)
    assert len([each for each in left if each.is_whole]) <= most + 2, (
        "beside them the good and the hopeful one"
    )
