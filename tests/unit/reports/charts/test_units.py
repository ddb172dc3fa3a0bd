import pytest

from reports.charts.themes import CRITICAL, GOOD, NEUTRAL, SERIES, WARNING
from reports.charts.trend import projected_range
from reports.charts.units import scale_of


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        ("percent", 86.277, "86.28%"),
        ("%", -3.0, "-3%"),
        ("USD", 1234.5, "$1,234"),
        ("eur", 1_250_000.0, "€1.25M"),
        ("CHF", -2_000_000_000.0, "-CHF\u00a02B"),
        ("seconds", 90.0, "90\u00a0s"),
        ("seconds", 900.0, "15\u00a0min"),
        ("seconds", 90_000.0, "25\u00a0h"),
        ("ms", 250.0, "250\u00a0ms"),
        ("milliseconds", 2_500.0, "2.50\u00a0s"),
        ("minutes", 58.0, "58\u00a0min"),
        ("bytes", 512.0, "512\u00a0B"),
        ("bytes", 2_500_000.0, "2.50\u00a0MB"),
        ("MB", 4_200.0, "4.20\u00a0GB"),
        ("flights", 27_122.0, "27,122 flights"),
        ("per 1000 flights", 1_500_000.0, "1.50M per 1000 flights"),
        (None, 1e18, "1e+18"),
        (None, 1e-9, "1e-09"),
    ],
)
def test_numbers_are_written_in_the_unit_of_the_catalog(unit: str | None, value: float, words: str) -> None:
    assert scale_of(unit, abs(value)).words(value) == words


def test_an_axis_writes_as_many_decimals_as_its_step_has() -> None:
    money = scale_of("EUR", 2_000_000)
    assert money.expression(500_000) == (
        "(datum.value < 0 ? '-' : '') + '€' + format(abs(datum.value) / 1000000, ',.1f') + 'M'"
    )
    assert "',.2f'" in money.expression(250_000)
    assert "',.0f'" in scale_of("percent", 80).expression(20)


def test_of_what_the_catalog_says_nothing_comes_into_an_expression() -> None:
    assert "alert" not in scale_of("'+alert(1)+'", 10).expression(1)


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", [*SERIES, WARNING, CRITICAL, GOOD, NEUTRAL])
@pytest.mark.parametrize("ground", ["#ffffff", "#14171c"])
def test_colours_stand_out_from_both_grounds(colour: str, ground: str) -> None:
    light, dark = sorted((luminance(colour), luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3


def test_the_range_of_a_trend_is_its_line_where_all_points_are_on_one() -> None:
    # 1 a day, and 4 days from the last point to the end
    assert projected_range([(-7.0, 10.0), (-6.0, 11.0), (-5.0, 12.0), (-4.0, 13.0)]) == pytest.approx(
        (17.0, 17.0)
    )


def test_the_range_of_a_trend_holds_the_projection_by_the_median_slope() -> None:
    days = [-60.0, -50.0, -40.0, -30.0, -20.0, -10.0]
    values = [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]
    low, high = projected_range(list(zip(days, values, strict=True))) or (0.0, 0.0)
    # slopes by pairs in order: -0.2 three times … 0.3; the median 0.07, its line leads to 5.95 on day 0
    assert low < 5.95 < high


def test_two_points_have_no_trend() -> None:
    assert projected_range([(-2.0, 1.0), (-1.0, 2.0)]) is None
