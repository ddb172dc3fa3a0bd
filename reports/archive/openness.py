"""Who may open a report of the archive: whoever may read all that it shows."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from schemas.catalog.access import read_access
from schemas.identity.readers import Reader
from schemas.identity.roles import Role


def why_closed(
    reader: Reader,
    *,
    shows_restricted: bool,
    metrics: Sequence[str] | None,
    hidden: Collection[str] | None,
) -> str | None:
    """Why a reader may not open a report, and whom to ask; None where the reader may.

    Args:
        reader: who asks.
        shows_restricted: when it was made, it showed what not every viewer may read; what was classified since
            counts as well.
        metrics: those in it; None where its contents are not kept: then it is for those who may read everything.
        hidden: those of them whose numbers it does not show.
    """
    if reader.sees_all:
        return None
    if metrics is None:
        gone = "it showed what not everyone may read, and is no longer kept; ask an administrator"
        return gone if shows_restricted else None
    shown = [each for each in metrics if each not in (hidden or ())]
    closed = [
        each for each in shown if (not reader.sees(each) if shows_restricted else each in reader.hidden)
    ]
    return "; ".join(reader.why_not(each) for each in closed) or None


def everybody(connection: Connection) -> Reader:
    """Who reads no more than every viewer does now. One statement."""
    return Reader("viewer", None, Role.VIEWER, read_access(connection))


def is_for_some(
    viewer: Reader,
    *,
    shows_restricted: bool,
    metrics: Sequence[str] | None,
    hidden: Collection[str] | None,
) -> bool:
    """Whether it shows what not every viewer may read, as of its making or as of now; arguments as above."""
    return shows_restricted or not viewer.hidden.isdisjoint(set(metrics or ()) - set(hidden or ()))
