"""How many threads take requests at once: few, since they share Python's lock, while others wait or compute.

A kept answer takes a tenth of a millisecond, all of it Python's: with more threads than cores each only hands the lock
to the next. An answer that is made waits for PostgreSQL or for its turn to be made; its thread is replaced meanwhile.
"""

import threading


class ServingTurn:
    """The right of one thread to take requests."""

    __slots__ = ("_is_held", "_turns")

    def __init__(self, turns: threading.Semaphore) -> None:
        self._turns = turns
        self._is_held = False

    def take(self) -> None:
        """Wait until fewer threads take requests than may; nothing where the turn was never given up."""
        if not self._is_held:
            self._turns.acquire()
            self._is_held = True

    def give_up(self) -> None:
        """Let another thread take requests, since this one is about to be long over its own."""
        if self._is_held:
            self._is_held = False
            self._turns.release()
