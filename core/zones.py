"""Which names are time zones: those of the IANA database, and no other file that lies beside them."""

from functools import cache, lru_cache
from zoneinfo import available_timezones

# the machine's own, whatever that is; the rules of POSIX; and the database's word for none
_NONE = frozenset({"localtime", "posixrules", "Factory"})


@lru_cache(maxsize=1_024)
def is_zone(name: str) -> bool:
    """Whether a name is a zone of the database, in its letters: one that has the same rules on every machine."""
    return name == "UTC" or (name not in _NONE and name in _known())


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())
