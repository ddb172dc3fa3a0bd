"""What is known of a user beside name and role: the team, which decides what may be read, and an address for mail."""

import re
from collections.abc import Mapping
from typing import Any

from schemas.identity.errors import IdentityError

LONGEST_TEAM = 200
LONGEST_EMAIL = 254
CONTACTS = ("team", "email")
_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")


def checked(about: Mapping[str, str | None]) -> dict[str, str | None]:
    """`team` and `email`, as far as they are given; None takes what was there away.

    Raises:
        IdentityError: one of them is none.
    """
    team, email = about.get("team"), about.get("email")
    if team is not None and not (
        0 < len(team) <= LONGEST_TEAM and team.isprintable() and team == team.strip()
    ):
        raise IdentityError(
            f"a team has 1 to {LONGEST_TEAM} printable characters, as the catalog spells it, without spaces around"
        )
    if email is not None and not (len(email) <= LONGEST_EMAIL and _EMAIL.fullmatch(email)):
        raise IdentityError(f"{email!r} is no mail address such as ann@example.com")
    return contacts_in(about)


def contacts_in(given: Mapping[str, Any]) -> dict[str, str | None]:
    """`team` and `email` of what is given."""
    return {name: given[name] for name in CONTACTS if name in given}
