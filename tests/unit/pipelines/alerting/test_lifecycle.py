"""The life of an incident against a slow reference that walks period by period, and the cases worth naming."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipelines.alerting.lifecycle import LOOKBACK, Reading, Standing, Step, Verdict, read, step, window
from schemas.alerting.conditions import parse_condition
from schemas.alerting.rule import Rule

_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_OUTCOMES = {"M": "met", "C": "met", "n": "not_met", "?": "no_data"}


def rule(**fields: Any) -> Rule:
    return Rule("metric", "m", "r", parse_condition("value > 1"), None, "warning", (), "t", **fields)


def verdicts(text: str) -> list[Verdict]:
    """Newest first, of a text that is written oldest first: M met, C met and critical, n not met, ? no data."""
    return [
        Verdict(_FIRST + timedelta(days=day), _OUTCOMES[letter], letter == "C")
        for day, letter in reversed(list(enumerate(text)))
    ]


def after(text: str, standing: Standing | None = None, **fields: Any) -> Step | None:
    return step(read(verdicts(text)), standing, rule(**fields))


FIRING = Standing("firing", "warning")


def test_an_incident_waits_until_enough_periods_in_a_row_met_the_condition() -> None:
    assert after("nnM", for_periods=2) == Step("pending", "warning")
    assert after("nMM", for_periods=2) == Step("firing", "warning")
    assert after("MnM", for_periods=2) == Step("pending", "warning")
    assert after("M?M", for_periods=2) == Step("pending", "warning"), "an unknown period breaks the row"


def test_a_breach_that_ends_while_pending_is_over_at_once() -> None:
    assert after("Mn", Standing("pending", "warning"), for_periods=2, recover_periods=5) == Step(
        "resolved", "warning"
    )


def test_recovery_takes_its_periods_and_skips_unknown_ones() -> None:
    assert after("Mn", FIRING, recover_periods=2) is None
    assert after("Mnn", FIRING, recover_periods=2) == Step("resolved", "warning")
    assert after("Mn??n", FIRING, recover_periods=2) == Step("resolved", "warning")
    assert after("Mn????n", FIRING, recover_periods=2) is None, "the gap is too long to count over"
    assert after("nMn", FIRING, recover_periods=2) is None


def test_nothing_happens_while_nothing_is_known() -> None:
    assert after("M????", FIRING) is None
    assert after("n????", FIRING) is None
    assert read(verdicts("M????")) == Reading()
    assert read([]) == Reading()


def test_late_data_are_waited_for_over_three_periods() -> None:
    assert after("nM???") == Step("firing", "warning")


def test_severity_only_rises_while_an_incident_is_open() -> None:
    graded = rule()
    assert step(read(verdicts("C")), None, graded) == Step("firing", "critical")
    assert step(read(verdicts("MC")), FIRING, graded) == Step("firing", "critical", escalates=True)
    critical = Standing("acknowledged", "critical")
    assert step(read(verdicts("CM")), critical, graded) == Step("acknowledged", "critical")
    pending = Standing("pending", "critical")
    assert step(read(verdicts("CM")), pending, graded) == Step("firing", "critical"), (
        "told as the gravest it had"
    )


def test_a_period_before_the_one_that_was_judged_says_nothing() -> None:
    withdrawn = verdicts("nM?")  # the newest was judged, then its data were withdrawn
    assert read(withdrawn, _FIRST + timedelta(days=2)).judged is None
    assert read(withdrawn, _FIRST + timedelta(days=1)).outcome == "met"


# ---- the reference: from the first period on, one after the other, with every letter looked at -----------------


def _reference(text: str, for_periods: int, recover_periods: int) -> list[str]:
    """What each new period did: '' nothing, else the state that the incident went to."""
    state, done = "", []
    for end in range(1, len(text) + 1):
        seen = text[:end]
        known = seen.rstrip("?")
        before = state
        if known and len(seen) - len(known) <= LOOKBACK:
            if known[-1] in "MC":
                run = len(known) - len(known.rstrip("MC"))
                if state in ("", "pending"):
                    state = "firing" if run >= for_periods else "pending"
            elif state == "pending" or (state == "firing" and _calm(known) >= recover_periods):
                state = "resolved"
        done.append(state if state != before else "")
        state = "" if state == "resolved" else state
    return done


def _calm(known: str) -> int:
    """Periods without a breach since the last one, as far as gaps of at most three unknown ones join them."""
    last = max(known.rfind("M"), known.rfind("C"))
    since = known[last + 1 :]
    return since.split("?" * (LOOKBACK + 1))[-1].count("n")


@given(st.text("MCn?", max_size=40), st.integers(1, 5), st.integers(1, 5))
def test_every_series_of_verdicts_does_what_the_slow_reference_says(
    text: str, for_periods: int, recover_periods: int
) -> None:
    judged_by = rule(for_periods=for_periods, recover_periods=recover_periods)
    standing: Standing | None = None
    done = []
    for end in range(1, len(text) + 1):
        newest_first = verdicts(text[:end])[: window(judged_by)]
        decided = step(read(newest_first), standing, judged_by)
        before = standing.state if standing else ""
        if decided is None:
            done.append("")
            continue
        done.append(decided.state if decided.state != before else "")
        standing = None if decided.state == "resolved" else Standing(decided.state, decided.severity)
    assert done == _reference(text, for_periods, recover_periods)
