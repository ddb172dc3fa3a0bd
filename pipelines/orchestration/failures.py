"""How an error of MDL ends a Dagster step: permanent ones at once, transient ones after retries."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import psycopg
import sqlalchemy.exc

from core.errors import ConfigurationError, PermanentError, TransientError

MAX_RETRIES = 3
FIRST_WAIT_SECONDS = 5

# a server that restarts, a connection that drops, a deadlock or a full disk
_TRANSIENT = (
    TransientError,
    psycopg.OperationalError,
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.TimeoutError,
    ConnectionError,
    TimeoutError,
)

StepContext = dg.AssetExecutionContext | dg.AssetCheckExecutionContext | dg.OpExecutionContext


@contextmanager
def translated(context: StepContext) -> Iterator[None]:
    """Translate the errors of one step; the whole body of every asset, check and op stands in it.

    A retry policy of Dagster's would repeat every exception, bugs included; so none is set, and only what may pass by
    itself asks for its own repetition, waiting twice as long each time.

    Raises:
        dg.Failure: the same input fails again; not repeated.
        dg.RetryRequested: it may pass; repeated up to `MAX_RETRIES` times.
    """
    try:
        yield
    except (PermanentError, ConfigurationError) as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    except _TRANSIENT as error:
        op_context = context if isinstance(context, dg.OpExecutionContext) else context.op_execution_context
        wait = FIRST_WAIT_SECONDS * 2**op_context.retry_number
        raise dg.RetryRequested(max_retries=MAX_RETRIES, seconds_to_wait=wait) from error
