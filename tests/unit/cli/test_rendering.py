from datetime import UTC, date, datetime
from io import StringIO

import pytest
from rich.console import Console

from cli.rendering import progress_bar, render_scorecard, trust_line
from reports.models import Trust
from reports.scores.models import DomainStanding, KeyResultStanding, ObjectiveStanding, Scorecard

AT = datetime(2013, 10, 15, tzinfo=UTC)


def key_result(**fields: object) -> KeyResultStanding:
    return KeyResultStanding(
        **{
            "kr_id": "KR-1",
            "name": "Fewer late arrivals",
            "unit": "%",
            "direction": "decrease",
            "metric_id": "METRIC-LATE",
            "baseline_value": 25.0,
            "current_value": 21.5,
            "target_value": 20.0,
            "raw_progress": 0.7,
            "progress": 0.7,
            "expected_progress": 0.5,
            "projected_value": 19.0,
            "projected_progress": 1.2,
            "weight": 1.0,
            "status": "on_track",
            "provenance": "measured",
            "evidence": {},
        }
        | fields
    )


def objective(*key_results: KeyResultStanding, **fields: object) -> ObjectiveStanding:
    return ObjectiveStanding(
        **{
            "objective_id": "OBJ-1",
            "name": "Land on time",
            "owner_team": None,
            "start_date": None,
            "end_date": None,
            "domain_id": "DOMAIN-OPS",
            "progress": 0.2,
            "expected_progress": 0.5,
            "projected_progress": 0.4,
            "coverage": 0.5,
            "status": "off_track",
            "provenance": "rolled_up",
            "key_results": key_results,
        }
        | fields
    )


def printed(
    *objectives: ObjectiveStanding, unassigned: tuple[ObjectiveStanding, ...] = (), width: int = 160
) -> str:
    domain = DomainStanding(
        domain_id="DOMAIN-OPS",
        name="Operations",
        health=62.5,
        coverage=0.8,
        metrics_ok=3,
        metrics_warning=1,
        metrics_critical=0,
        metrics_no_data=1,
        metrics_count=5,
        objective_progress=0.2,
        provenance="rolled_up",
        evidence={},
        objectives=objectives,
    )
    trust = Trust(7, AT, AT, None, "UTC", is_complete=True)
    console = Console(file=StringIO(), width=width)
    render_scorecard(console, Scorecard(date(2013, 10, 15), (domain,), unassigned, trust))
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_the_scorecard_says_where_each_key_result_stands_and_what_it_rests_on() -> None:
    text = printed(
        objective(key_result(), key_result(name="By hand", metric_id=None, provenance="checked_in"))
    )
    lines = {line.strip().split("  ")[0]: line for line in text.splitlines() if line.strip()}
    assert "health 62" in lines["Operations"]
    assert "coverage 80%" in lines["Operations"]
    assert "3 ok  1 warning  1 no data" in lines["Operations"]
    for part in ("20%", "-30", "40%", "off track", "coverage 50%"):
        assert part in lines["Land on time"]
    for part in ("70%", "+20", "21.50%", "20%", "19%", "on track", "METRIC-LATE"):
        assert part in lines["Fewer late arrivals"]
    assert "checked in" in lines["By hand"]
    assert "as of 2013-10-15 00:00 · data through no data · publication 7" in text


def test_a_narrow_terminal_shows_fewer_columns_but_every_name_and_status() -> None:
    text = printed(objective(key_result()), width=80)
    assert "Fewer late arrivals" in text
    assert "on track" in text
    assert "METRIC-LATE" not in text
    assert max(len(line) for line in text.splitlines()) <= 80


def test_what_has_no_data_shows_dashes_and_objectives_without_a_domain_stand_apart() -> None:
    empty = objective(name="Orphan", progress=None, projected_progress=None, status="no_data", coverage=0.0)
    text = printed(unassigned=(empty,))
    assert "Objectives of no domain" in text
    (line,) = [line for line in text.splitlines() if "Orphan" in line]
    assert "··············" in line
    assert "no data" in line


@pytest.mark.parametrize(
    ("progress", "expected", "bar"),
    [
        (0.0, None, "              "),
        (0.5, None, "███████       "),
        (0.5, 0.75, "███████   │   "),
        (1.7, 1.0, "█████████████│"),
        (1 / 14 + 1 / 28, None, "█▌            "),
        (None, 0.5, "··············"),
    ],
)
def test_a_bar_is_as_long_as_the_progress_with_a_tick_where_it_should_be(
    progress: float | None, expected: float | None, bar: str
) -> None:
    assert progress_bar(progress, expected, "green").plain == bar


@pytest.mark.parametrize(
    ("quality", "said"),
    [
        (None, ""),
        ("ok", ""),
        ("warning", " · rows refused"),
        ("critical", " · file refused"),
    ],
)
def test_only_refused_deliveries_are_worth_a_word(quality: str | None, said: str) -> None:
    line = trust_line(Trust(7, AT, AT, None, "UTC", is_complete=True, quality=quality), 160)
    assert line.plain.partition(" · UTC")[2] == said


def test_a_metric_that_was_held_back_says_so_beside_its_old_values() -> None:
    reasons = {f"m{number}": "slices_add_up" for number in range(5)}
    line = trust_line(
        Trust(7, AT, AT, None, "UTC", is_complete=True, held_back={"m": "made of n"}), 160
    ).plain
    assert line.endswith(" · held back: m (made of n); what stood of it stands")
    many = trust_line(Trust(7, AT, AT, None, "UTC", is_complete=True, held_back=reasons), 200).plain
    assert "m0 (slices_add_up), m1 (slices_add_up), m2 (slices_add_up), 2 more; what stood" in many
