"""What lies in the landing zone and is not read: files that no source means, links, FIFOs. Each is told once."""

import json
import logging
from collections.abc import Iterable

from core.settings import Settings
from pipelines.ingest.file_names import escaped
from pipelines.ingest.landing import SourceFile, local_root
from pipelines.ingest.listing import files_below

log = logging.getLogger(__name__)

_NO_SOURCE = "no source means it"
_MOST_TOLD = 20


class Unread:
    """Gathers over one pass what is not read; what was told before is known from a file in MDL_HOME."""

    def __init__(self, settings: Settings) -> None:
        self.landing = local_root(settings.landing)
        self.told = settings.home / "not-read.json"
        self.passed: dict[str, str] = {}
        self.read: set[str] = set()

    def found(self, files: Iterable[SourceFile]) -> None:
        """Note files that a source reads."""
        self.read.update(file.location for file in files)

    def tell(self) -> dict[str, str]:
        """Everything that is not read, with reasons; warns of what was not told before."""
        if self.landing is not None:
            for path in files_below(self.landing):
                name = escaped(path)
                if f"{self.landing.rstrip('/')}/{path}" not in self.read and name not in self.passed:
                    self.passed[name] = _NO_SOURCE
        before = self._before()
        new = {path: reason for path, reason in self.passed.items() if before.get(path) != reason}
        for path, reason in list(new.items())[:_MOST_TOLD]:
            log.warning("%s is not read: %s", path, reason)
        if len(new) > _MOST_TOLD:
            log.warning("and %d others are not read; all are in %s", len(new) - _MOST_TOLD, self.told)
        if self.passed != before:
            self.told.write_text(json.dumps(self.passed, indent=1))
        return self.passed

    def _before(self) -> dict[str, str]:
        try:
            before = json.loads(self.told.read_text())
        except (OSError, ValueError):
            return {}
        return before if isinstance(before, dict) else {}
