"""Reports as people write them: spellings, how their kind is told, and what keeps one from being made."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.documents.documents import Grain, Report
from schemas.documents.export import catalog_content, to_yaml
from schemas.documents.load import load_content, load_documents
from schemas.documents.report_checks import report_problems

WEEKLY: dict[str, Any] = {"report_id": "weekly", "name": "Weekly", "owner_team": "ops"}


def read(text: str) -> Report:
    loaded = load_content(text.encode(), "reports.yaml")
    assert loaded.problems == ()
    (report,) = loaded.catalog.reports.values()
    return report


def problems(**fields: Any) -> list[tuple[str, str, str]]:
    return [
        (each.severity, each.path, each.message)
        for each in report_problems(Report.model_validate({**WEEKLY, **fields}))
    ]


def test_a_report_of_other_spellings_is_read_as_its_canonical_fields() -> None:
    report = read("""\
id: weekly
title: Weekly scorecard
owner: ops
cron: "0 7 * * 1"
timeZone: America/New_York
grain: Weekly
formats: HTML, pdf
audience: editor
notify-channels: "email:a@example.com, slack:#ops"
whenData: always
locale: pt-BR
paper: Letter
scope: {metrics: "m1, m2", domains: d1, objectives: [o1]}
""")
    assert report == Report.model_validate(
        {
            "report_id": "weekly",
            "name": "Weekly scorecard",
            "owner_team": "ops",
            "schedule": "0 7 * * 1",
            "timezone": "America/New_York",
            "formats": ["html", "pdf"],
            "audience": {"role": "editor"},
            "channels": ["email:a@example.com", "slack:#ops"],
            "when_data": "always",
            "locale": "pt_BR",
            "paper": "letter",
            "scope": {"metrics": ["m1", "m2"], "domains": ["d1"], "objectives": ["o1"]},
        }
    )
    assert report.grain is Grain.WEEK


@pytest.mark.parametrize(
    "field",
    [
        {"scope": {}},
        {"grain": "month"},
        {"cron": "0 7 * * 1"},
        {"formats": ["pdf"]},
        {"audience": {"team": "ops"}},
        {"channels": []},
        {"whenData": "always"},
        {"wait": "2 days"},
        {"locale": "de"},
        {"paper": "letter"},
    ],
)
def test_a_report_is_told_by_any_field_that_only_reports_have(field: dict[str, Any]) -> None:
    loaded = load_documents({"id": "r", "name": "R", **field}, "a test")
    assert loaded.errors == ()
    assert list(loaded.catalog.reports) == ["r"]


def test_a_report_of_nothing_but_id_and_name_is_about_everything_for_viewers_and_made_by_hand() -> None:
    report = read("reports:\n- {report_id: r, name: R}\n")
    assert (report.scope.domains, report.scope.objectives, report.scope.metrics) == ([], [], [])
    assert (report.schedule, report.channels, report.audience.role) == (None, [], "viewer")
    assert list(report_problems(report)) == []


def test_what_is_exported_is_read_back_equal_and_defaults_are_not_written() -> None:
    text = 'reports:\n- {report_id: r, name: R, grain: month, audience: {team: ops}, schedule: "0 8 1 * *"}\n'
    catalog = load_content(text.encode(), "r.yaml").catalog
    written = catalog_content(catalog)
    assert written == {
        "reports": [
            {
                "report_id": "r",
                "name": "R",
                "grain": "month",
                "schedule": "0 8 1 * *",
                "audience": {"team": "ops"},
            }
        ]
    }
    assert load_content(to_yaml(written).encode(), "r.yaml").catalog == catalog


def test_faults_of_its_shape_name_file_field_and_legal_values() -> None:
    text = """\
reports:
- {report_id: r, name: R, formats: [html, docx], audience: {role: boss}, when_data: never, grain: fortnight}
- {report_id: r, name: R again}
"""
    found = load_content(text.encode(), "r.yaml").errors
    assert [(each.file, each.document_id, each.path, each.message) for each in found] == [
        (
            "r.yaml",
            "r",
            "grain",
            "expected one of minute, hour, day, week, month, quarter, year; got 'fortnight'",
        ),
        ("r.yaml", "r", "formats[1]", "expected one of html, pdf, xlsx; got 'docx'"),
        ("r.yaml", "r", "audience.role", "expected one of viewer, editor, admin; got 'boss'"),
        ("r.yaml", "r", "when_data", "expected one of complete, always; got 'never'"),
        ("r.yaml", "r", "report_id", "the report 'r' is defined twice in r.yaml; keep one"),
    ]


@pytest.mark.parametrize(
    ("field", "value", "path", "message"),
    [
        *(
            ("report_id", taken, "report_id", f"{taken!r} is a path of the API of its own; choose another id")
            for taken in ("archive", "archive/1", "weekly/archive", "weekly/history")
        ),
        (
            "schedule",
            "0 7 * *",
            "schedule",
            "expected five fields (minute hour day month weekday), such as `0 7 * * 1`: Mondays at 7; got '0 7 * *'",
        ),
        (
            "schedule",
            "0 25 * * *",
            "schedule",
            "Bad hour; a schedule is such as `0 7 * * 1`: Mondays at 7; got '0 25 * * *'",
        ),
        (
            "timezone",
            "Mars/Olympus",
            "timezone",
            "'Mars/Olympus' is not an IANA time zone such as America/New_York",
        ),
        *(
            ("timezone", name, "timezone", f"{name!r} is not an IANA time zone such as America/New_York")
            for name in ("localtime", "posixrules", "Factory", "right/UTC", "posix/Europe/Berlin", "../UTC")
        ),
        ("name", " \t", "name", "expected a name that people can read; got ' \\t'"),
        ("name", "\u200b", "name", "expected a name that people can read; got '\\u200b'"),
        ("timezone", "", "timezone", "'' is not an IANA time zone such as America/New_York"),
        ("locale", "klingon", "locale", "'klingon' is no locale such as en, en_GB, de or ja"),
        ("wait", "a while", "wait", "expected a length of time such as `6 hours`; got 'a while'"),
        ("formats", [], "formats", "expected at least one of html, pdf, xlsx"),
        ("formats", ["pdf", "html", "pdf"], "formats", "'pdf' is named twice"),
        (
            "channels",
            ["email:a@b.c", "pagerduty:ops"],
            "channels[1]",
            "PagerDuty takes incidents, not reports; got 'pagerduty:ops'",
        ),
        (
            "channels",
            ["Alertmanager"],
            "channels[0]",
            "Alertmanager takes incidents, not reports; got 'Alertmanager'",
        ),
    ],
)
def test_what_cannot_be_made_or_sent_is_an_error(field: str, value: Any, path: str, message: str) -> None:
    assert problems(**{field: value}) == [("error", path, message)]


@pytest.mark.parametrize(
    ("grain", "schedule", "is_too_often"),
    [
        ("week", "0 7 * * 1", False),
        ("week", "0 7 * * 1,5", True),
        ("week", "0 7 * * *", True),
        ("week", "0 7 1 * *", False),
        ("month", "0 7 1 * *", False),
        ("month", "0 7 L * *", False),
        ("month", "0 7 * * 5L", False),
        ("month", "0 7 1,15 * *", True),
        ("quarter", "0 7 1 1,4,7,10 *", False),
        ("quarter", "0 7 1 * *", True),
        ("year", "0 7 2 1 *", False),
        ("year", "0 7 2 1,7 *", True),
        ("day", "0 7 * * 1-5", False),
        ("day", "0 7,19 * * *", True),
        ("hour", "5 * * * *", False),
        ("minute", "* * * * *", False),
        ("year", "0 0 29 2 *", False),
    ],
)
def test_a_schedule_that_comes_more_often_than_its_periods_end_is_a_warning(
    grain: str, schedule: str, *, is_too_often: bool
) -> None:
    message = (
        f"it is due more than once a {grain}, but made once for each {grain}; "
        "a shorter `grain` or a rarer schedule makes them one"
    )
    expected = [("warning", "schedule", message)] if is_too_often else []
    assert problems(grain=grain, schedule=schedule) == expected


@given(
    st.lists(st.integers(0, 59), min_size=1, max_size=3, unique=True),
    st.lists(st.integers(0, 23), min_size=1, max_size=3, unique=True),
    st.sampled_from(["*", "1-5", "1", "2,6"]),
)
def test_a_daily_report_is_due_too_often_where_a_day_has_more_than_one_time(
    minutes: list[int], hours: list[int], weekdays: str
) -> None:
    schedule = f"{','.join(map(str, minutes))} {','.join(map(str, hours))} * * {weekdays}"
    assert bool(problems(grain="day", schedule=schedule)) == (len(minutes) * len(hours) > 1)


def test_a_scheduled_report_that_waits_for_data_wants_an_owner_who_is_told() -> None:
    warned = [
        ("warning", "owner_team", "without an owner nobody is told where it is withheld for want of data")
    ]
    assert problems(owner_team=None, schedule="0 7 * * 1") == warned
    assert problems(owner_team=None, schedule="0 7 * * 1", when_data="always") == []
    assert problems(owner_team=None) == []


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=12), st.text(max_size=20))
def test_whatever_is_written_is_judged_and_nothing_fails(
    schedule: str, zone: str, language: str, wait: str
) -> None:
    for each in problems(schedule=schedule, timezone=zone, locale=language, wait=wait):
        assert each[0] in ("error", "warning")
