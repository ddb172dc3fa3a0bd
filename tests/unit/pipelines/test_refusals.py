from typing import Any

import pytest

from pipelines.refusals import is_any, lines, told


def facts(
    files: dict[str, str],
    rows: dict[str, str],
    sources: dict[str, str],
    **others: dict[str, str],
) -> dict[str, dict[str, Any]]:
    lost, faulty, unfit = (told(others.get(name, {})) for name in ("lost", "faulty", "unfit"))
    return {
        "staged_files": {
            "refused": told(files),
            "unanswered": told(sources),
            "lost": lost,
            "faulty": faulty,
        },
        "events": {"refused": told({}), "quarantined": told(rows), "unfit": unfit},
    }


@pytest.mark.parametrize(
    ("what", "first", "command"),
    [
        ("lost", "1 file lost", "mdl events files --state lost"),
        ("unfit", "1 file waiting for memory", "mdl events files --state staged"),
        ("faulty", "1 source at fault", "mdl run"),
    ],
)
def test_the_next_command_lists_what_was_refused_whatever_became_of_it(
    what: str, first: str, command: str
) -> None:
    found = facts({}, {}, {}, **{what: {"x": "why"}})
    assert is_any(found)
    assert lines(found) == [f"refused: {first}", "  x: why", f"next: {command}"]


def test_a_run_that_refused_nothing_says_nothing() -> None:
    assert (lines(facts({}, {}, {})), is_any(facts({}, {}, {}))) == ([], False)


def test_a_run_ends_with_what_it_refused_and_what_to_type_next() -> None:
    found = facts({"a.csv": "no column 'x'"}, {"b.csv": "1 of 3 rows refused"}, {"db": "no answer"})
    assert is_any(found)
    assert lines(found) == [
        "refused: 1 file, rows of 1 file, 1 source without an answer",
        "  a.csv: no column 'x'",
        "  b.csv: 1 of 3 rows refused",
        "  db: no answer",
        "next: mdl events files --state rejected · mdl events quarantine · mdl run",
    ]


def test_of_many_refusals_ten_lines_are_printed_and_all_are_counted() -> None:
    printed = lines(facts({f"{number}.csv": "empty" for number in range(500)}, {}, {}))
    assert len(printed) <= 10
    assert (printed[0], printed[-2]) == ("refused: 500 files", "  and 494 more")
