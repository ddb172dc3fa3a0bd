"""The trust line: what the numbers of a page rest on, and why they should not be trusted where they should not."""

from dataclasses import dataclass

from reports.figures import Figures
from reports.models import Delivered, Trust


@dataclass(frozen=True)
class TrustLine:
    """Facts in the order in which they are read; `doubts` are reasons not to trust, empty where there are none."""

    facts: tuple[tuple[str, str], ...]
    doubts: tuple[str, ...]


def trust_line(trust: Trust, figures: Figures, *more: str) -> TrustLine:
    """The trust of an answer in words; `more` are doubts that the page knows of by itself."""
    through = figures.instant(trust.data_through) if trust.data_through else "no data yet"
    facts = [
        ("data through", through),
        ("published", f"{figures.instant(trust.published_at)} (publication {trust.publication_id})"),
        ("time zone", trust.timezone),
        ("quality", trust.quality or "unknown"),
    ]
    if trust.definition_version:
        facts.append(("definition", f"{trust.definition_version} ({(trust.definition_hash or '')[:8]})"))
    return TrustLine(tuple(facts), (*more, *_doubts(trust)))


def _doubts(trust: Trust) -> list[str]:
    doubts = _of_deliveries(trust.deliveries) if trust.deliveries else _of_quality(trust.quality)
    doubts += [
        f"{name} is held back, what stood of it stands: {why}" for name, why in trust.held_back.items()
    ]
    if not trust.is_complete:
        doubts.append("the newest period is still running")
    return doubts


def _of_deliveries(counts: Delivered) -> list[str]:
    return [
        f"{number:,} of {total:,} {noun}{'' if total == 1 else 's'} {fate}"
        for number, total, noun, fate in (
            (counts.files_refused, counts.files, "file", "refused"),
            (counts.files_lost, counts.files, "file", "lost"),
            (counts.rows_refused, counts.rows, "row", "refused"),
        )
        if number
    ]


def _of_quality(quality: str | None) -> list[str]:
    words = {"warning": "rows were refused", "critical": "a file was refused or lost"}
    return [words[quality]] if quality in words else []
