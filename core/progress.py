"""How long work tells whoever watches how far it is; showing it is the watcher's affair."""

from collections.abc import Callable

Advance = Callable[[str, int, int | None], None]
"""Called with what is being done, how much of it is done, and how much there is (None: unknown)."""


def silent(_what: str, _done: int, _total: int | None) -> None:
    """An `Advance` that shows nothing."""
