"""Numbers, dates and periods as people of several locales read them."""

import math
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.figures import NOTHING, Figures

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("locale", "value", "unit", "written"),
    [
        ("en", 1234567.8, None, "1,234,568"),
        ("de", 1234567.8, None, "1.234.568"),
        ("de", 12.345, "%", f"12,34{NBSP}%"),
        ("en", 86.28, "percent", "86.28%"),
        ("en", 0.0123, "pct", "0.0123%"),
        ("en", 99.5, "USD", "$99.50"),
        ("de", 1234567, "EUR", f"1.234.567{NBSP}€"),
        ("en", -4000, "JPY", "-¥4,000"),
        ("en", 45, "minutes", "45 min"),
        ("en", 12.5, "minutes", "12 min 30 sec"),
        ("en", -5400, "seconds", "-1 hr 30 min"),
        ("en", 90, "s", "90 sec"),
        ("en", 36, "hours", "1 day 12 hr"),
        ("en", 1.5e9, "bytes", "1.50 GB"),
        ("en", 6123, "flights", f"6,123{NBSP}flights"),
        ("en", 0, None, "0"),
        ("en", -0.5, None, "-0.5"),
        ("en", None, "USD", NOTHING),
        ("en", math.inf, None, NOTHING),
    ],
)
def test_the_unit_decides_how_a_number_is_written(
    locale: str, value: float | None, unit: str | None, written: str
) -> None:
    assert Figures(locale).number(value, unit) == written


def test_shares_and_changes_are_percentages_of_the_locale() -> None:
    en, de = Figures("en"), Figures("de")
    assert (en.share(0.5), de.share(0.5)) == ("50%", f"50{NBSP}%")
    assert (en.change(12.34), en.change(-250.0), de.change(12.34)) == ("+12.3%", "-250%", f"+12,3{NBSP}%")
    assert (en.share(None), en.change(None)) == (NOTHING, NOTHING)


@pytest.mark.parametrize(
    ("grain", "written"),
    [
        ("hour", "Mar 1, 2026, 2:00\N{NARROW NO-BREAK SPACE}PM"),
        ("day", "Mar 1, 2026"),
        ("week", "Mar 1 \N{EN DASH} Mar 7, 2026"),
        ("month", "Mar 2026"),
        ("quarter", "Q1 2026"),
        ("year", "2026"),
    ],
)
def test_a_period_is_written_by_its_grain(grain: str, written: str) -> None:
    assert Figures("en").period(datetime(2026, 3, 1, 14, tzinfo=UTC), grain) == written


def test_a_week_over_new_year_names_both_years_days() -> None:
    assert Figures("en").period(date(2026, 12, 28), "week") == "Dec 28 \N{EN DASH} Jan 3, 2027"


def test_both_days_of_a_week_are_in_one_style() -> None:
    assert Figures("de").period(date(2013, 9, 30), "week") == "30. Sept. \N{EN DASH} 6. Okt. 2013"


@given(
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([None, "%", "USD", "seconds", "bytes", "flights", "JPY", "", "d"]),
    st.sampled_from(["en", "de", "ja", "ar", "hi", "pt_BR"]),
)
def test_any_number_can_be_written_in_any_locale(value: float, unit: str | None, locale: str) -> None:
    assert Figures(locale).number(value, unit)


@given(st.floats(min_value=-1e12, max_value=1e12), st.sampled_from([None, "%"]))
def test_what_is_written_is_the_number_to_a_half_of_its_last_digit(value: float, unit: str | None) -> None:
    if 0 < abs(value) < 1e-9:
        value = 0.0  # as far as digits go; smaller ones are written with a power of ten
    text = Figures("en").number(value, unit).rstrip("%").replace(",", "")
    tolerance = 0.5 if abs(value) >= 1000 else 0.005 if abs(value) >= 1 else abs(value) * 0.005 + 1e-12
    assert abs(float(text) - value) <= tolerance * 1.0001
