"""Why a single document cannot be read or edited, as one tree below core's.

core.errors.PermanentError
└── DocumentError
    ├── UnknownDocumentError     no document of that kind has that id
    ├── DocumentExistsError      another document has the id already
    ├── AmbiguousKeyResultError  several objectives have a key result of that id
    ├── StaleDocumentError       it changed since the editor read it
    └── ReferredToError          others refer to it; carries who does, and where
"""

from collections.abc import Sequence

from core.errors import PermanentError
from schemas.documents.problems import Problem


class DocumentError(PermanentError):
    """A document cannot be had or edited; the message says why."""


class UnknownDocumentError(DocumentError):
    """No document of that kind has that id."""


class DocumentExistsError(DocumentError):
    """A document of that kind has the id already."""


class AmbiguousKeyResultError(DocumentError):
    """Several objectives have a key result of that id."""


class StaleDocumentError(DocumentError):
    """The document is no longer as the editor saw it."""


class ReferredToError(DocumentError):
    """Others refer to the document; `problems` names each place."""

    def __init__(self, message: str, problems: Sequence[Problem]) -> None:
        super().__init__(message)
        self.problems = tuple(problems)
