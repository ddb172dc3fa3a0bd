"""What somebody may have meant by a name that leads nowhere; one measure of nearness for files, formulas and ids."""

from collections.abc import Iterable
from difflib import get_close_matches

# longer names are compared with nothing: the time that takes grows with the square of their length
_LONGEST = 100


def near(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known names that are most like `name`, whatever the case of their letters, the nearest first."""
    if len(name) > _LONGEST:
        return []
    folded = {each.casefold(): each for each in known}
    return [folded[match] for match in get_close_matches(name.casefold(), folded, most, cutoff=0.6)]
