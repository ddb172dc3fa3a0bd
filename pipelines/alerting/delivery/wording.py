"""What messages say: short, readable on a phone, and plain whatever names and numbers hold."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.settings import Settings
from pipelines.alerting.delivery.message import Message, ToldIncident
from pipelines.alerting.delivery.plain_text import plain
from reports.alerting.redaction import in_zone
from reports.numbers import number
from schemas.alerting.vocabulary import SEVERITIES

LONGEST_TITLE = 140
_MOST_LINES = 8
_MOST_ITEMS = 3
_MOST_PLAYBOOKS = 2
_LONGEST_REASON = 500
_WORDS = {"firing": "", "escalated": "NOW ", "renotified": "STILL ", "test": "TEST "}
# an address that no receiver can take for anything else; what is none is shown as text
_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9.-]+(:\d+)?(/[A-Za-z0-9._~/%+-]*)?([?][A-Za-z0-9._~/%+=&-]*)?(#[\w./-]*)?"
)
# shown of incidents that are not of metrics, in this order
_FACTS = (
    "status",
    "progress",
    "projected_progress",
    "as_of_date",
    "minutes_since_data",
    "error",
    "reason",
)
# lists of evidence, and what of each of their items is shown
_LISTS = {"files": ("path", "reason"), "events": ("event", "newest_at")}


@dataclass(frozen=True)
class Line:
    """One line of a message; a label may be empty, and `url` is where the text leads."""

    label: str
    text: str
    url: str | None = None


@dataclass(frozen=True)
class Note:
    """What a message says, for any receiver; all of it is plain."""

    title: str
    lines: tuple[Line, ...]
    severity: str
    is_resolved: bool


def note(message: Message, settings: Settings) -> Note:
    """The message as people read it."""
    is_resolved = message.event == "resolved"
    if len(message.incidents) == 1:
        lines = _of_one(message.incidents[0], settings, is_resolved=is_resolved)
    else:
        lines = _of_many(message, settings)
    return Note(title_of(message), tuple(lines), message.incidents[0].severity, is_resolved)


REPEAT = Line("repeat", "an earlier attempt to tell you may have arrived")
"""Said to receivers that cannot recognise a repeat by its identity."""


# ---- what it says ----------------------------------------------------------------------------------------
def title_of(message: Message) -> str:
    """One line: what and how bad; of many incidents how many."""
    if len(message.incidents) == 1:
        return headline(message.incidents[0], message.event)
    counts = Counter(one.severity for one in message.incidents)
    parts = ", ".join(f"{counts[each]} {each}" for each in reversed(SEVERITIES) if counts[each])
    return f"{_lead(message.incidents[0], message.event)}{len(message.incidents)} alerts: {parts}"


def headline(incident: ToldIncident, event: str) -> str:
    """One incident in one line: CRITICAL Cancellation rate 63.1% (> 4%)."""
    evidence = incident.evidence
    condition = str(evidence.get("condition") or "")
    name = incident.title.replace(f": {condition}", "", 1) if condition else incident.title
    value = "" if event == "resolved" else _value(evidence, incident.severity)
    lead = _lead(incident, event)
    return lead + plain(name, LONGEST_TITLE - len(lead) - len(value)) + value


def link(incident: ToldIncident, settings: Settings) -> str | None:
    """Where the incident can be looked at, where `MDL_PUBLIC_URL` says."""
    if settings.public_url is None:
        return None
    return f"{settings.public_url.rstrip('/')}/api/v1/incidents/{incident.incident_id}"


def _lead(incident: ToldIncident, event: str) -> str:
    return "RESOLVED " if event == "resolved" else f"{_WORDS[event]}{incident.severity.upper()} "


def _value(evidence: Mapping[str, Any], severity: str) -> str:
    value = _number(evidence.get("value"))
    if value is None:
        return ""
    thresholds = evidence.get("thresholds") or {}
    wanted = ("critical", "warning") if severity == "critical" else ("warning", "critical")
    limits = [_number(thresholds.get(each)) for each in wanted]
    limit = next((each for each in limits if each is not None), None)
    text = f" {_shown(value, evidence)}"
    if limit is None or "_threshold" not in str(evidence.get("condition")):
        return text
    return f"{text} ({'>' if value > limit else '<'} {_shown(limit, evidence)})"


def _of_many(message: Message, settings: Settings) -> Iterator[Line]:
    for one in message.incidents[:_MOST_LINES]:
        yield Line("", headline(one, message.event), link(one, settings))
    left = len(message.incidents) - _MOST_LINES
    if left > 0:
        home = settings.public_url.rstrip("/") + "/api/v1/incidents" if settings.public_url else None
        yield Line("", f"and {left} more", home)


def _of_one(incident: ToldIncident, settings: Settings, *, is_resolved: bool) -> Iterator[Line]:
    if incident.slice and incident.slice not in incident.title:
        yield Line("slice", plain(incident.slice))
    if is_resolved:
        if incident.last_period_start is not None and incident.fired_at == incident.resolved_at:
            yield _judged_period(incident, settings)
            yield Line("over", "before it was judged: the run brought several periods at once")
        elif incident.fired_at and incident.resolved_at:
            yield Line("lasted", _length(incident.resolved_at - incident.fired_at))
    elif incident.restricted:
        yield Line("restricted", plain(incident.evidence["restricted"], _LONGEST_REASON))
    elif incident.subject_kind == "metric":
        yield from _numbers(incident, settings)
    else:
        yield from _facts(in_zone(incident.evidence, settings.zone))
    for playbook in list(incident.playbooks)[:_MOST_PLAYBOOKS]:
        is_address = _ADDRESS.fullmatch(str(playbook)) is not None
        yield Line("playbook", "" if is_address else plain(playbook), str(playbook) if is_address else None)
    address = link(incident, settings)
    about = f"{incident.subject_kind.replace('_', ' ')} {plain(incident.subject_id)}, rule {plain(incident.rule_id)}"
    yield Line(f"incident {incident.incident_id}", about, address)


def _numbers(incident: ToldIncident, settings: Settings) -> Iterator[Line]:
    evidence = incident.evidence
    if incident.last_period_start is not None:
        yield _judged_period(incident, settings)
    change, before = _number(evidence.get("change_pct")), _number(evidence.get("previous_value"))
    if before is not None:
        by = "" if change is None else f" ({change:+,.1f}%)"
        yield Line("before", _shown(before, evidence) + by)
    for name in ("expected", "baseline", "target"):
        value = _number(evidence.get(f"{name}_value"))
        if value is not None:
            yield Line(name, _shown(value, evidence))
            break
    top = [part for part in evidence.get("contributions") or () if isinstance(part, Mapping)][:_MOST_ITEMS]
    if top:
        yield Line("most by", ", ".join(_contribution(part) for part in top))


def _judged_period(incident: ToldIncident, settings: Settings) -> Line:
    start = incident.last_period_start
    return Line("period", _period(start.astimezone(settings.zone), incident.grain) if start else "")


def _contribution(part: Mapping[str, Any]) -> str:
    added = _number(part.get("contribution"))
    return plain(part.get("slice", ""), 60) + (
        "" if added is None else f" {'+' if added > 0 else ''}{number(added)}"
    )


def _facts(evidence: Mapping[str, Any]) -> Iterator[Line]:
    for name in _FACTS:
        value = evidence.get(name)
        given = _number(value)
        if value not in (None, ""):
            yield Line(name.replace("_", " "), plain(value) if given is None else number(given))
    for name, parts in _LISTS.items():
        items = [one for one in evidence.get(name) or () if isinstance(one, Mapping)]
        for one in items[:_MOST_ITEMS]:
            yield Line(name[:-1], ": ".join(plain(one[part], 80) for part in parts if one.get(part)))
        if len(items) > _MOST_ITEMS:
            yield Line("", f"and {len(items) - _MOST_ITEMS} more {name}")
    held = evidence.get("holds_back")
    if isinstance(held, Mapping) and held.get("rules"):
        metrics = ", ".join(plain(one, 60) for one in held.get("metrics", [])[:_MOST_ITEMS])
        yield Line("holds back", f"{plain(held['rules'])} rules: {metrics}")


def _period(start: datetime, grain: str | None) -> str:
    if grain in ("minute", "hour"):
        return f"{start:%Y-%m-%d %H:%M}"
    return f"{start:%Y-%m-%d}" if grain in ("day", None) else f"{grain} from {start:%Y-%m-%d}"


def _shown(value: float, evidence: Mapping[str, Any]) -> str:
    unit = str(evidence.get("unit") or "")
    text = number(value, unit)
    return text if not unit or text.endswith("%") else f"{text} {plain(unit, 20)}"


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _length(duration: timedelta) -> str:
    minutes = max(0, int(duration.total_seconds())) // 60
    days, hours = minutes // 1440, minutes % 1440 // 60
    parts = ((days, "d"), (hours, "h"), (minutes % 60, "min"))
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount) or "less than a minute"
