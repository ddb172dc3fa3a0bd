"""When each API key was last noted to be in use."""

import time
from dataclasses import dataclass, field

from schemas.identity.keys import LAST_USE_EVERY


@dataclass
class LastKeyUses:
    """Remembers notes of this process, so that a key in constant use costs one write a minute."""

    _noted_at: dict[str, float] = field(default_factory=dict)

    def is_due(self, key_id: str) -> bool:
        """Whether the use should be noted now; who is told so must do it."""
        now = time.monotonic()
        noted_at = self._noted_at.get(key_id)
        if noted_at is not None and now - noted_at < LAST_USE_EVERY.total_seconds():
            return False
        self._noted_at[key_id] = now
        return True
