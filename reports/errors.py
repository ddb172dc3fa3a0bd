"""Why a report cannot be given, as one tree below core's.

core.errors.PermanentError
└── ReportError
    ├── NothingPublishedError      no publication stands, or stood on the day asked for
    ├── UnknownError               nothing of that id is published
    │   ├── UnknownMetricError
    │   ├── UnknownObjectiveError
    │   ├── UnknownDomainError
    │   ├── UnknownPublicationError
    │   └── UnknownRunError
    ├── RestrictedError            the reader may not see the numbers
    ├── NoLongerKeptError          it was there, and was removed as the settings say
    ├── DamagedFileError           a file of the archive is not as it was stored
    ├── NoNumbersError             the metric is documented, not computed
    ├── NotOfferedError            a grain or a dimension that the metric is not published at
    ├── TooManyRowsError           the answer would be longer than is allowed
    └── ReplacedScoresError        a later publication of the day replaced the scores
"""

from core.errors import PermanentError


class ReportError(PermanentError):
    """A report cannot be given; the message says why and what can be asked for."""


class NothingPublishedError(ReportError):
    """No publication stands, or stood on the day asked for."""


class UnknownError(ReportError):
    """Nothing of that id is published; the message names what is near."""


class UnknownMetricError(UnknownError):
    """No metric of that id."""


class UnknownObjectiveError(UnknownError):
    """No objective of that id."""


class UnknownDomainError(UnknownError):
    """No domain of that id."""


class UnknownPublicationError(UnknownError):
    """No publication has that id."""


class UnknownRunError(UnknownError):
    """No run of a report has that id, or it has no file of that name."""


class RestrictedError(ReportError):
    """The reader may not see the numbers; the message says why, and whom to ask."""


class NoLongerKeptError(ReportError):
    """It was there, and was removed after as long as the settings keep it."""


class DamagedFileError(ReportError):
    """A file of the archive is not as it was stored; a backup has it."""


class NoNumbersError(ReportError):
    """The metric is listed without a computable formula."""


class NotOfferedError(ReportError):
    """The metric is not published at that grain or by that dimension."""


class TooManyRowsError(ReportError):
    """The answer would be longer than is allowed; the message says how to ask for less."""


class ReplacedScoresError(ReportError):
    """Scores are kept per day, and a later publication of that day replaced them; the message names both."""
