"""Why something cannot be done to incidents, silences or rules, as one tree below core's.

core.errors.PermanentError
└── AlertingError
    ├── UnknownAlertError       there is none of that id
    │   ├── UnknownIncidentError
    │   ├── UnknownSilenceError
    │   └── UnknownRuleError
    ├── IncidentStateError      the incident is not in a state in which that can be done
    └── SilenceError            a silence without end, reason or aim
"""

from core.errors import PermanentError


class AlertingError(PermanentError):
    """It cannot be done; the message says why, and what can."""


class UnknownAlertError(AlertingError):
    """There is nothing of that id."""


class UnknownIncidentError(UnknownAlertError):
    """No incident has that id."""


class UnknownSilenceError(UnknownAlertError):
    """No silence has that id."""


class UnknownRuleError(UnknownAlertError):
    """No rule is in force there, and none was ever evaluated."""


class IncidentStateError(AlertingError):
    """The incident is not in a state in which that can be done."""


class SilenceError(AlertingError):
    """A silence that would hide too much, for too long, or without a reason."""
