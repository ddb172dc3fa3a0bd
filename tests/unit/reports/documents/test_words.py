"""That sentences hold the numbers they were made of, all of them exactly, and no other."""

import re
from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from reports.cells import Change, Figure, PeriodCell, Share
from reports.documents.contents import words
from reports.documents.contents.facts import Aim, Cause, KeyResultPace, Movement, Restated
from reports.documents.model import Sentence
from reports.figures import Figures

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.text(st.characters(exclude_categories=("Nd", "Cs")), min_size=1, max_size=12)
UNITS = st.sampled_from([None, "%", "flights"])
COUNTS = st.integers(0, 2_000)
FIGURES = Figures("en")


def written(sentence: Sentence | None) -> str:
    """As an English format writes it."""
    assert sentence is not None
    told = []
    for piece in sentence.pieces:
        match piece:
            case Figure():
                told.append(FIGURES.number(piece.value, piece.unit))
            case Share():
                told.append(FIGURES.share(piece.value))
            case Change():
                told.append(FIGURES.change(piece.value))
            case PeriodCell():
                told.append(FIGURES.period(piece.value, piece.grain))
            case _:
                told.append(str(piece))
    return "".join(told)


def numbers_of(sentence: Sentence) -> list[float | None]:
    return [piece.value for piece in sentence.pieces if isinstance(piece, Figure | Share | Change)]


def is_well_formed(sentence: Sentence) -> bool:
    """One full stop at the end, no number among the words, and no two texts side by side."""
    texts = [piece for piece in sentence.pieces if isinstance(piece, str)]
    neighbours = zip(sentence.pieces, sentence.pieces[1:], strict=False)
    return (
        str(sentence.pieces[-1]).endswith(".")
        and not any(re.search("[0-9]", text) for text in texts)
        and not any(isinstance(one, str) and isinstance(other, str) for one, other in neighbours)
    )


movements = st.builds(
    Movement,
    metric_id=NAMES,
    name=NAMES,
    unit=UNITS,
    value=NUMBERS,
    before=NUMBERS,
    change_pct=st.none() | NUMBERS,
    is_good=st.none() | st.booleans(),
    tier=st.sampled_from([1.0, 2.0, float("inf")]),
    status=st.sampled_from([None, "ok", "warning", "critical"]),
    status_before=st.sampled_from([None, "ok", "warning", "critical", "no_data"]),
    unusual=st.floats(0, 100),
    cause=st.none() | st.builds(Cause, NAMES, NAMES, NUMBERS),
)


@given(movements)
def test_what_moved_is_told_with_the_exact_values(one: Movement) -> None:
    told = words.moved(one, "week")
    assert is_well_formed(told)
    assert numbers_of(told)[:2] == [one.value, one.before]
    allowed = {one.value, one.before, one.change_pct, one.cause.share if one.cause else None}
    assert set(numbers_of(told)) <= allowed
    assert ("rose" in str(told.pieces[0])) >= (one.value > one.before and "rose" not in one.name)


@given(st.lists(movements, max_size=12))
def test_at_most_three_are_told_to_be_better_and_none_of_them_is_worse(found: list[Movement]) -> None:
    for is_good in (True, False):
        few = words.chosen(found, is_good=is_good)
        assert len(few) == min(
            3, sum(one.is_good is is_good and (one.is_turned or one.unusual > 1) for one in found)
        )
        assert all(one.is_good is is_good for one in few)
        assert [one.rank for one in few] == sorted(one.rank for one in few)


@given(st.dictionaries(st.sampled_from(["critical", "warning", "ok", "no_data", None]), COUNTS))
def test_the_parts_of_how_metrics_stand_are_the_whole(statuses: dict[str | None, int]) -> None:
    told = words.standing(statuses, "week")
    if told is None:
        assert not any(number for status, number in statuses.items() if status)
    else:
        total, *parts = numbers_of(told)
        assert is_well_formed(told)
        assert total == sum(number or 0 for number in parts) == sum(statuses.values())


@given(st.lists(st.builds(Aim, NAMES, UNITS, NUMBERS, NUMBERS), max_size=9), st.data())
def test_targets_reached_and_missed_are_all_targets(aims: list[Aim], data: st.DataObject) -> None:
    missed = aims[: data.draw(st.integers(0, len(aims)))]
    told = words.targets(aims, missed, "week")
    if told is None:
        assert not aims
        return
    assert is_well_formed(told)
    assert numbers_of(told)[:2] == [len(aims) - len(missed), len(aims)]
    named = [number for one in missed[:3] for number in (one.value, one.target)]
    assert numbers_of(told)[2:] == named + ([len(missed) - 3] if len(missed) > 3 else [])


@given(
    st.lists(
        st.builds(
            KeyResultPace,
            NAMES,
            st.sampled_from(["on_track", "at_risk", "off_track", "achieved", "not_started"]),
            st.none() | st.floats(0, 1),
            st.none() | st.floats(0, 1),
        ),
        max_size=9,
    )
)
def test_key_results_behind_their_pace_are_counted_among_those_measured(results: list[KeyResultPace]) -> None:
    known = [one for one in results if one.progress is not None and one.status != "not_started"]
    behind = Counter(one.status in ("at_risk", "off_track") for one in known)[True]
    told = words.pace(results)
    assert len(told) == bool(known)
    for sentence in told:
        assert is_well_formed(sentence)
        assert numbers_of(sentence)[: 2 if behind else 1] == (
            [behind, len(known)] if behind else [len(known)]
        )


@given(COUNTS, COUNTS, st.lists(NAMES, max_size=6), st.lists(NAMES, max_size=6))
def test_every_other_rule_is_well_formed_or_has_nothing_to_tell(
    one: int, other: int, names: list[str], more: list[str]
) -> None:
    found = {
        words.incidents(one, other, names, "week"): one or other or names,
        words.missing(names, "week"): names,
        words.held_back(dict.fromkeys(names, "why")): names,
        words.refused(one, other): one or other,
        words.unknown(more): more,
        words.hidden(one): one,
        words.unjudged(one, "week"): one,
        words.drawn(one, other): one < other,
        words.created(more): more,
        words.cut(one, "incidents"): one > words.MOST_LISTED,
    }
    for sentence, is_told in found.items():
        assert (sentence is not None) == bool(is_told) or sentence is None
        assert sentence is None or is_well_formed(sentence)


def test_sentences_read_as_somebody_would_write_them() -> None:
    cause = Cause("origin", "LGA", 0.46)
    fell = Movement(
        "M", "On-time departures", "%", 74.4, 88.27, -15.7, False, 1.0, "critical", "ok", 9.0, cause
    )
    assert written(words.moved(fell, "week")) == (
        "On-time departures fell to 74.40% from 88.27% in the week before (-15.7%), critical now; 46% of the change "
        "came from LGA (origin)."
    )
    assert written(words.standing({"critical": 1, "ok": 2, None: 1}, "week")) == (
        "Of 4 metrics, 1 is critical, 2 are well and 1 is not judged by the week."
    )
    missed = Aim("Cancellation rate", "%", 2.4, 1.0)
    assert written(words.targets([missed, Aim("Speed", None, 3, 2)], [missed], "week")) == (
        "1 of 2 targets was reached in the week; missed: Cancellation rate (2.40% against 1%)."
    )
    late = KeyResultPace("Departures", "off_track", 0.18, 0.79)
    assert written(words.pace([late, KeyResultPace("Other", "on_track", 1, 1)])[0]) == (
        "1 of 2 key results is behind: Departures (18% done, 79% expected)."
    )
    assert written(words.incidents(2, 1, ["Revenue below 15"], "week")) == (
        "Of incidents in the week, 2 began, 1 ended and 1 is open: Revenue below 15."
    )
    restated = Restated("Revenue", "EUR", PeriodCell(date(2013, 10, 7), "week"), 20, 25)
    assert (
        written(words.restatements([restated]))
        == "1 value was restated: Revenue of Oct 7 \N{EN DASH} Oct 13, 2013 to €25.00 from €20.00."
    )
    assert written(words.refused(0, 1)) == "1 row was refused and is not in the numbers."
    assert written(words.missing(["A", "B", "C", "D", "E"], "week")) == (
        "Without a value for the week: A, B, C and 2 more."
    )


def test_a_change_in_percent_is_left_out_where_it_says_nothing() -> None:
    across = Movement("M", "Delay", None, 6.9, -8.4, 182.5, False)
    assert not any(isinstance(piece, Change) for piece in words.moved(across, "week").pieces)
