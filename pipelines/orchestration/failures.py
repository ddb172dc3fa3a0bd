"""How an error of MDL ends a Dagster step: permanent ones at once, transient ones after retries."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dagster as dg
import psycopg
import sqlalchemy.exc
import structlog

from core.errors import ConfigurationError, PermanentError, TransientError
from core.tracing import note, run_span

_LOG = structlog.get_logger("pipelines")
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
    op_context = context if isinstance(context, dg.OpExecutionContext) else context.op_execution_context
    try:
        with _told(op_context):
            yield
    except (PermanentError, ConfigurationError) as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    except _TRANSIENT as error:
        wait = FIRST_WAIT_SECONDS * 2**op_context.retry_number
        raise dg.RetryRequested(max_retries=MAX_RETRIES, seconds_to_wait=wait) from error


@contextmanager
def _told(context: dg.OpExecutionContext) -> Iterator[None]:
    """Leave in log and trace that the stage began and how it ended; what is logged within has its run and stage."""
    run_id, stage, begun = context.run_id, context.op_handle.name, time.perf_counter()
    with (
        structlog.contextvars.bound_contextvars(run_id=run_id, stage=stage, job=context.job_name),
        run_span(run_id, f"stage {stage}", **{"mdl.stage": stage, "mdl.job": context.job_name}),
    ):
        _LOG.info("stage begun")
        try:
            yield
        except Exception as error:
            _LOG.error("stage failed", error=str(error), seconds=round(time.perf_counter() - begun, 3))
            raise
        _LOG.info("stage ended", seconds=round(time.perf_counter() - begun, 3))


def tell_refused(context: dg.AssetExecutionContext, reasons: Mapping[str, str]) -> None:
    """Leave in the run's log, in MDL's and in the trace why files or sources were refused."""
    for file, reason in reasons.items():
        context.log.warning("%s: %s", file, reason)
        _LOG.warning("refused", file=file, reason=reason)
        note("refused", file=file, reason=reason)
