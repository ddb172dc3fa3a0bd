"""What is wrong in a catalog, said so that its writer can mend it."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One finding; `file`, `document_id` and `path` (dotted field path) are empty where they do not apply."""

    message: str
    severity: Severity = "error"
    file: str = ""
    document_id: str = ""
    path: str = ""
    kind: str = ""

    def __str__(self) -> str:
        where = ": ".join(part for part in (self.file, self.document_id, self.path) if part)
        return f"{self.severity}: {where}: {self.message}" if where else f"{self.severity}: {self.message}"


def problem_at(document_id: str, severity: Severity, path: str, message: str) -> Problem:
    """A problem of the given severity at a place of a document."""
    return Problem(message, severity, document_id=document_id, path=path)
