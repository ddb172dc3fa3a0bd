"""What somebody may have meant by a name that leads nowhere; one measure of nearness for files, formulas and ids."""

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

# longer names are compared with nothing: the time that takes grows with the square of their length
_LONGEST = 100


def near(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known names that are most like `name`, whatever the case of their letters, the nearest first."""
    if len(name) > _LONGEST:
        return []
    folded: dict[str, list[str]] = {}
    for each in dict.fromkeys(known):
        folded.setdefault(each.casefold(), []).append(each)
    matches = get_close_matches(name.casefold(), folded, most, cutoff=0.6)
    # of names that differ in case alone, the one that is written as `name` is comes first
    return [each for match in matches for each in sorted(folded[match], key=lambda one: _apart(one, name))][
        :most
    ]


def _apart(one: str, other: str) -> float:
    return -SequenceMatcher(None, one, other).ratio()
