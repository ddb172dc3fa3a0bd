"""Whether a change is for the better."""


def is_good(change: float | None, direction: str | None) -> bool | None:
    """Whether a change goes where it should; None where none is asked for, or nothing changed."""
    if not change or direction not in ("increase", "decrease"):
        return None
    return (change > 0) == (direction == "increase")
