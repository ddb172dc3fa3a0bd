"""Why a report cannot be given, as one tree below core's.

core.errors.PermanentError
└── ReportError
    ├── NothingPublishedError      no publication stands, or stood on the day asked for
    ├── UnknownMetricError         no metric of that id
    ├── NoNumbersError             the metric is documented, not computed
    └── NotOfferedError            a grain or a dimension that the metric is not published at
"""

from core.errors import PermanentError


class ReportError(PermanentError):
    """A report cannot be given; the message says why and what can be asked for."""


class NothingPublishedError(ReportError):
    """No publication stands, or stood on the day asked for."""


class UnknownMetricError(ReportError):
    """No metric of that id is published."""


class NoNumbersError(ReportError):
    """The metric is listed without a computable formula."""


class NotOfferedError(ReportError):
    """The metric is not published at that grain or by that dimension."""
