"""What stored texts and evidence lose before anybody sees them: addresses, and the zone of whoever wrote them."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

_ADDRESS = re.compile(r"\b([a-z][a-z0-9+.-]*://)\S+|(?<=\burl: )\S+", re.IGNORECASE)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?[+-]\d\d:\d\d")


def without_addresses(text: str) -> str:
    """A text in which nothing stands behind `scheme://`: addresses of receivers often are secrets."""
    return _ADDRESS.sub(lambda match: f"{match[1] or ''}…", text)


def in_zone(evidence: Any, zone: ZoneInfo) -> Any:
    """Evidence with its instants in a zone; what is kept of them was written in whatever zone was at hand."""
    if isinstance(evidence, str) and _INSTANT.fullmatch(evidence):
        return datetime.fromisoformat(evidence).astimezone(zone).isoformat()
    if isinstance(evidence, Mapping):
        return {name: in_zone(each, zone) for name, each in evidence.items()}
    return [in_zone(each, zone) for each in evidence] if isinstance(evidence, list) else evidence
