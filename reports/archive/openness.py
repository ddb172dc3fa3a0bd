"""Who may open a report of the archive: whoever may read all that it shows."""

from collections.abc import Collection, Sequence

from schemas.identity.readers import Reader


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
        shows_restricted: it shows what not every viewer may read.
        metrics: those in it; None where its contents are not kept: then it is for those who may read everything.
        hidden: those of them whose numbers it does not show.
    """
    if not shows_restricted or reader.sees_all:
        return None
    if metrics is None:
        return "it showed what not everyone may read, and is no longer kept; ask an administrator"
    closed = [each for each in metrics if each not in (hidden or ()) and not reader.sees(each)]
    return "; ".join(reader.why_not(each) for each in closed) or None
