"""The trust line: what the numbers of a page rest on, and why they should not be trusted where they should not."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote

from reports.figures import Figures
from reports.models import Trust
from reports.operations.doubts import Doubt, doubts
from webapi.request.context import app_parts, current_request
from webapi.views.kept_answers import version_of


@dataclass(frozen=True)
class Reason:
    """Why not to trust, and where more is said of it; empty where nowhere is."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class TrustLine:
    """Facts in the order in which they are read; `doubts` are reasons not to trust, empty where there are none."""

    facts: tuple[tuple[str, str], ...]
    doubts: tuple[Reason, ...]


def trust_line(trust: Trust, figures: Figures, *more: str | Reason) -> TrustLine:
    """The trust of an answer in words; `more` are doubts that the page knows of by itself, see `doubts_now`."""
    through = figures.instant(trust.data_through) if trust.data_through else "no data yet"
    facts = [
        ("data through", through),
        ("published", f"{figures.instant(trust.published_at)} (publication {trust.publication_id})"),
        ("time zone", trust.timezone),
        ("quality", trust.quality or "unknown"),
    ]
    if trust.definition_version:
        facts.append(("definition", f"{trust.definition_version} ({(trust.definition_hash or '')[:8]})"))
    reasons = [each if isinstance(each, Reason) else Reason(each) for each in (*more, *_doubts(trust))]
    return TrustLine(tuple(facts), tuple(reasons))


def doubts_now(metrics: Collection[str] | None = None) -> tuple[Reason, ...]:
    """What is wrong at this moment with what the metrics stand on; None is all metrics.

    A page that shows it and is kept is kept by `moment`. At most four statements.
    """
    parts = app_parts()
    now = parts.settings.as_of_utc or parts.clock()
    found: list[Doubt]
    if metrics is None:
        found = parts.database.read(parts.doubts.open, version_of("moment", current_request()), now)
    else:
        found = parts.database.read(doubts, now, metrics)
    return tuple(Reason(each.text, _address(each)) for each in found)


def _address(doubt: Doubt) -> str:
    if doubt.incident_id is not None:
        return f"/incidents/{doubt.incident_id}"
    place = {"source": "/data/", "metric": "/metrics/"}[doubt.subject_kind]
    return f"{place}{quote(doubt.subject_id, safe='')}"


def _doubts(trust: Trust) -> list[str]:
    doubts = [*trust.deliveries.refusals] if trust.deliveries else _of_quality(trust.quality)
    doubts += [
        f"{name} is held back, what stood of it stands: {why}" for name, why in trust.held_back.items()
    ]
    if not trust.is_complete:
        doubts.append("the newest period is still running")
    return doubts


def _of_quality(quality: str | None) -> list[str]:
    words = {"warning": "rows were refused", "critical": "a file was refused or lost"}
    return [words[quality]] if quality in words else []
