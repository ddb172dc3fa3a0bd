import pytest

from reports.numbers import number


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1234567.8, None, "1,234,568"),
        (12.0, "%", "12%"),
        (12.345, None, "12.35"),
        (0.01234, "ratio", "0.0123"),
        (None, "%", "-"),
        (-0.5, "percent", "-0.5%"),
    ],
)
def test_numbers_are_written_for_people(value: float | None, unit: str | None, text: str) -> None:
    assert number(value, unit) == text
