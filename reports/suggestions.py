"""What a reader may have meant by an id that does not exist."""

from collections.abc import Iterable

from core.suggestions import near


def suggestion(wanted: str, known_ids: Iterable[str]) -> str:
    """Ask back with up to four ids that are near the one wanted; empty where none is."""
    known = {known_id.lower(): known_id for known_id in known_ids}
    lowered = wanted.lower()
    holding = [each for each in sorted(known) if lowered in each][:3]
    suggestions = list(dict.fromkeys([*near(wanted, known.values()), *(known[each] for each in holding)]))[:4]
    return f"did you mean {', '.join(suggestions)}?" if suggestions else ""
