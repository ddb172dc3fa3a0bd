"""Numbers, shares, dates and periods as people of one locale read them; the unit decides how a number is written."""

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import (
    UnknownCurrencyError,
    format_currency,
    format_decimal,
    format_percent,
    format_scientific,
    validate_currency,
)
from babel.units import format_unit

NOTHING = "\N{EN DASH}"
"""What stands where there is no number."""

# beyond, nobody counts digits
MOST_DIGITS = 1e15
PERCENT = frozenset({"%", "percent", "pct"})
BYTES = frozenset({"b", "byte", "bytes"})
# in seconds
DURATIONS = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1.0),
    **dict.fromkeys(("min", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3_600.0),
    **dict.fromkeys(("d", "day", "days"), 86_400.0),
}
_PARTS = (("duration-day", 86_400), ("duration-hour", 3_600), ("duration-minute", 60))
_BYTE_UNITS = ("digital-byte", "digital-kilobyte", "digital-megabyte", "digital-gigabyte", "digital-terabyte")


@dataclass(frozen=True)
class Figures:
    """How one locale writes; instants are written in the zone that they are in."""

    locale: str = "en"

    @cached_property
    def _babel(self) -> Locale:
        return Locale.parse(self.locale)

    def number(self, value: float | None, unit: str | None = None) -> str:
        """A value with its unit: a currency, percent, duration or size in bytes as these are written, else its words.

        Three to four digits that matter below a thousand, whole numbers above.
        """
        if value is None or not math.isfinite(value):
            return NOTHING
        name = (unit or "").strip()
        if abs(value) >= MOST_DIGITS or 0 < abs(value) < 1 / MOST_DIGITS:
            return f"{format_scientific(value, '0.###E0', self._babel)}\N{NO-BREAK SPACE}{name}".rstrip()
        if name.casefold() in PERCENT:
            return format_percent(value / 100, self._percent(pattern_of(value)), self._babel)
        if name.casefold() in BYTES:
            return self._bytes(value)
        if name.casefold() in DURATIONS:
            return self._duration(value, name.casefold())
        if is_currency(name):
            digits = 0 if abs(value) >= 1_000 else 2
            pattern = (
                self._babel.currency_formats["standard"]
                .pattern.replace(".00", "." + "0" * digits)
                .rstrip(".")
            )
            return format_currency(
                value, name, pattern.replace(".;", ";"), self._babel, currency_digits=False
            )
        text = format_decimal(value, pattern_of(value), self._babel)
        return f"{text}\N{NO-BREAK SPACE}{name}" if name else text

    def share(self, share: float | None) -> str:
        """A share of 1 in percent: 0.5 is 50 %."""
        if share is None or not abs(share) < MOST_DIGITS:
            return NOTHING
        return format_percent(share, locale=self._babel)

    def change(self, percent: float | None) -> str:
        """A change in percent with its sign."""
        if percent is None or not abs(percent) < MOST_DIGITS:
            return NOTHING
        digits = "0" if abs(percent) >= 100 else "0.0"
        pattern = self._percent(f"#,##{digits}")
        return format_percent(percent / 100, f"+{pattern};-{pattern}", self._babel)

    def day(self, day: date | None) -> str:
        """A day such as Nov 28, 2026."""
        return NOTHING if day is None else format_date(day, "medium", self._babel)

    def instant(self, moment: datetime | None) -> str:
        """An instant to the minute, by the clock of its zone."""
        if moment is None:
            return NOTHING
        return f"{self.day(moment.date())}, {format_time(moment, 'short', locale=self._babel)}"

    def period(self, start: datetime | date | None, grain: str) -> str:
        """A period by its start: an hour, a day, a week by its first day, a month, a quarter or a year."""
        if start is None:
            return NOTHING
        if grain == "hour" and isinstance(start, datetime):
            return self.instant(start)
        if grain == "week":
            last = start + timedelta(days=6)
            first = format_skeleton("MMMd", start, locale=self._babel)
            # both in one style: the medium date of some locales is of numbers alone
            return f"{first} \N{EN DASH} {format_skeleton('yMMMd', last, locale=self._babel)}"
        skeleton = {"month": "yMMM", "quarter": "yQQQ", "year": "y"}.get(grain)
        if skeleton is None:
            return format_date(start, "medium", self._babel)
        return format_skeleton(skeleton, start, locale=self._babel)

    def _percent(self, digits: str) -> str:
        """The locale's own pattern of a percentage, with other digits."""
        pattern: str = self._babel.percent_formats[None].pattern
        return pattern.replace("#,##0", digits)

    def _duration(self, value: float, unit: str) -> str:
        """The two greatest parts of a duration from two minutes on; below that, the unit as it is."""
        seconds = abs(value) * DURATIONS[unit]
        if seconds < 120:
            name = {0.001: "duration-millisecond", 1.0: "duration-second", 60.0: "duration-minute"}.get(
                DURATIONS[unit]
            )
            if name is None:
                name = "duration-hour" if DURATIONS[unit] == 3_600 else "duration-day"
            return format_unit(value, name, "short", pattern_of(value), self._babel)
        words, left = [], round(seconds)
        for name, size in _PARTS:
            count, left = divmod(left, size)
            if count:
                words.append(format_unit(count, name, "short", locale=self._babel))
        if left and len(words) < 2:
            words.append(format_unit(left, "duration-second", "short", locale=self._babel))
        return ("-" if value < 0 else "") + " ".join(words[:2])

    def _bytes(self, value: float) -> str:
        power = 0
        while abs(value) >= 1_000 and power < len(_BYTE_UNITS) - 1:
            value, power = value / 1_000, power + 1
        return format_unit(value, _BYTE_UNITS[power], "short", pattern_of(value), self._babel)


def pattern_of(value: float) -> str:
    """Digits that matter, as `reports.numbers.number` counts them."""
    magnitude = abs(value)
    if magnitude >= 1_000 or value == int(value):
        return "#,##0"
    if magnitude >= 1:
        return "#,##0.00"
    places = 2 - math.floor(math.log10(magnitude))
    return "0." + "0" + "#" * (min(places, 12) - 1)


@lru_cache(maxsize=256)
def is_currency(name: str) -> bool:
    """Whether it is the code of a currency."""
    try:
        validate_currency(name)
    except UnknownCurrencyError:
        return False
    return True
