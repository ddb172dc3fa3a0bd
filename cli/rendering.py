"""How reports look in a terminal."""

from collections.abc import Iterable, Sequence

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reports.models import Trust
from reports.numbers import number, percent
from reports.scores.models import DomainStanding, KeyResultStanding, ObjectiveStanding, Scorecard

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
_REFUSED = {"warning": "rows refused", "critical": "file refused"}
# metrics held back that the trust line names
_NAMED = 3
_HEALTHY, _AILING = 80, 50
# heading, and the width of terminal from which on the column is shown
_COLUMNS = (
    ("objective, key results", 0),
    ("progress", 0),
    ("", 0),
    ("pace", 92),
    ("current", 0),
    ("target", 100),
    ("projected", 84),
    ("status", 0),
    ("by", 120),
)


def render_scorecard(console: Console, card: Scorecard) -> None:
    """Print every domain with its health, objectives and key results, then what the numbers rest on."""
    for domain in card.domains:
        console.print()
        console.print(_domain_line(domain))
        _print_objectives(console, domain.objectives)
    if card.unassigned:
        console.print()
        console.print(Text("Objectives of no domain", style="bold"))
        _print_objectives(console, card.unassigned)
    console.print()
    console.print(trust_line(card.trust, console.width))


def trust_line(trust: Trust, width: int) -> Text:
    """Dim text: as-of, data-through, publication, zone, and what was refused; no part is broken within `width`."""
    through = f"{trust.data_through:%Y-%m-%d %H:%M}" if trust.data_through else "no data"
    parts = [
        f"as of {trust.as_of:%Y-%m-%d %H:%M}",
        f"data through {through}",
        f"publication {trust.publication_id} of {trust.published_at:%Y-%m-%d %H:%M}",
        trust.timezone,
    ]
    parts += _refused(trust)
    if trust.held_back:
        parts.append(f"held back: {_held_back(trust)}; what stood of it stands")
    if trust.definition_version:
        parts.append(f"definition {trust.definition_version} ({(trust.definition_hash or '')[:8]})")
    if not trust.is_complete:
        parts.append("newest period still running")
    return Text(_in_lines(parts, width), style="dim")


def _in_lines(parts: Sequence[str], width: int) -> str:
    lines = [parts[0]]
    for part in parts[1:]:
        longer = f"{lines[-1]} · {part}"
        lines[-1:] = [longer] if len(longer) <= width else [lines[-1], part]
    return "\n".join(lines)


def _refused(trust: Trust) -> list[str]:
    if trust.deliveries is None:
        return [_REFUSED[trust.quality]] if trust.quality in _REFUSED else []
    return trust.deliveries.refusals


def _held_back(trust: Trust) -> str:
    """The first metrics that were held back, each with the reason."""
    named = [f"{metric_id} ({reason})" for metric_id, reason in sorted(trust.held_back.items())]
    more = [f"{len(named) - _NAMED} more"] if len(named) > _NAMED else []
    return ", ".join([*named[:_NAMED], *more])


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


def _domain_line(domain: DomainStanding) -> Text:
    if domain.health is None:
        health = Text("no data", style="dim")
    else:
        bounds = ((_HEALTHY, "green"), (_AILING, "yellow"))
        style = next((colour for bound, colour in bounds if domain.health >= bound), "red")
        health = Text(f"health {domain.health:.0f}", style=f"bold {style}")
    line = Text.assemble(
        (domain.name, "bold"), "  ", health, (f"  coverage {percent(domain.coverage)}", "dim")
    )
    for status in ("ok", "warning", "critical", "no_data"):
        count = getattr(domain, f"metrics_{status}")
        if count:
            line.append(f"  {count} {status.replace('_', ' ')}", style=COLOURS[status])
    return line


def _print_objectives(console: Console, objectives: Iterable[ObjectiveStanding]) -> None:
    shown = [place for place, (_, least) in enumerate(_COLUMNS) if console.width >= least]
    table = Table(box=None, padding=(0, 1), pad_edge=False, header_style="dim")
    for place in shown:
        heading, _ = _COLUMNS[place]
        if place == 0:
            table.add_column(heading, max_width=52, overflow="fold")
        else:
            is_number = heading in {"", "pace", "current", "target", "projected"}
            table.add_column(heading, justify="right" if is_number else "left", no_wrap=True)
    for objective in objectives:
        for cells in (_objective_cells(objective), *map(_key_result_cells, objective.key_results)):
            table.add_row(*(cells[place] for place in shown))
    if table.row_count:
        console.print(table)


def _objective_cells(objective: ObjectiveStanding) -> list[RenderableType]:
    covered = "" if objective.coverage >= 1 else f"coverage {percent(objective.coverage)}"
    return [
        Text(objective.name, style="bold"),
        progress_bar(objective.progress, objective.expected_progress, COLOURS[objective.status]),
        percent(objective.progress),
        _pace(objective.progress, objective.expected_progress),
        "",
        "",
        percent(objective.projected_progress),
        status_word(objective.status),
        covered,
    ]


def _key_result_cells(key_result: KeyResultStanding) -> list[RenderableType]:
    return [
        Padding(Text(key_result.name), (0, 0, 0, 2)),
        progress_bar(key_result.progress, key_result.expected_progress, COLOURS[key_result.status]),
        percent(key_result.progress),
        _pace(key_result.progress, key_result.expected_progress),
        number(key_result.current_value, key_result.unit),
        number(key_result.target_value, key_result.unit),
        number(key_result.projected_value, key_result.unit),
        status_word(key_result.status),
        key_result.metric_id or {"checked_in": "checked in"}.get(key_result.provenance, ""),
    ]


def _pace(progress: float | None, expected: float | None) -> Text | str:
    """How far ahead of or behind the expected progress, in percentage points."""
    if progress is None or expected is None:
        return "-"
    ahead = round(100 * (progress - expected))
    return Text(f"{ahead:+d}", style="green" if ahead >= 0 else "red" if ahead < -25 else "yellow")
