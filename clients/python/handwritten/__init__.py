"""Client of the MDL reporting API: `connect` to read numbers; what is generated below it does everything else."""

from mdl_client.client import AuthenticatedClient, Client
from mdl_client.connection import Connection, connect
from mdl_client.problems import (
    BusyError,
    ForbiddenError,
    MdlError,
    NotFoundError,
    NotSignedInError,
    ProblemError,
    PublicationChangedError,
    RestrictedError,
    TimedOutError,
    UnexpectedAnswerError,
    UnreachableError,
)
from mdl_client.results import Aligned, Result, Scorecard, Values

__all__ = (
    "Aligned",
    "AuthenticatedClient",
    "BusyError",
    "Client",
    "Connection",
    "ForbiddenError",
    "MdlError",
    "NotFoundError",
    "NotSignedInError",
    "ProblemError",
    "PublicationChangedError",
    "RestrictedError",
    "Result",
    "Scorecard",
    "TimedOutError",
    "UnexpectedAnswerError",
    "UnreachableError",
    "Values",
    "connect",
)
