"""Statuses, bars and sparklines as text for a terminal."""

from collections.abc import Sequence

from rich.text import Text

COLOURS = {
    "achieved": "bold green",
    "on_track": "green",
    "at_risk": "yellow",
    "off_track": "red",
    "not_started": "dim",
    "no_data": "dim",
    "ok": "green",
    "warning": "yellow",
    "critical": "red",
}
_BAR_WIDTH = 14
# eighths of a block, so that a bar of 14 cells shows steps of one percent
_EIGHTHS = " ▏▎▍▌▋▊▉"
_SPARKS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None]) -> str:
    """Heights of the values between their own least and greatest; a gap is a blank."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, span = min(known), max(known) - min(known)
    return "".join(
        " " if value is None else _SPARKS[round((value - low) / span * 7) if span else 3] for value in values
    )


def progress_bar(progress: float | None, expected: float | None, style: str) -> Text:
    """A bar of the progress, with a tick where it is expected to be."""
    if progress is None:
        return Text("·" * _BAR_WIDTH, style="dim")
    eighths = round(min(1.0, max(0.0, progress)) * _BAR_WIDTH * 8)
    cells = [_EIGHTHS[min(8, max(0, eighths - 8 * cell)) % 8] for cell in range(_BAR_WIDTH)]
    filled = ["█" if eighths >= 8 * (cell + 1) else cells[cell] for cell in range(_BAR_WIDTH)]
    bar = Text("".join(filled), style=style)
    if expected is not None:
        tick = min(_BAR_WIDTH - 1, int(expected * _BAR_WIDTH))
        mark = Text("│", style="reverse" if filled[tick] == "█" else "bold")
        bar = bar[:tick] + mark + bar[tick + 1 :]
    return bar


def status_word(status: str) -> Text:
    """The status as words, in its colour."""
    return Text(status.replace("_", " "), style=COLOURS.get(status, ""))
