"""What a reader may have meant by an id that does not exist."""

import difflib
from collections.abc import Iterable


def suggestion(wanted: str, known_ids: Iterable[str]) -> str:
    """Ask back with up to four ids that are near the one wanted; empty where none is."""
    known = {known_id.lower(): known_id for known_id in known_ids}
    lowered = wanted.lower()
    near = difflib.get_close_matches(lowered, known, n=3)
    holding = [each for each in sorted(known) if lowered in each][:3]
    suggestions = list(dict.fromkeys(known[each] for each in [*near, *holding]))[:4]
    return f"did you mean {', '.join(suggestions)}?" if suggestions else ""
