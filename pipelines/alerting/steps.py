"""The two steps of alerting, as sensors and the command line take them; each may be repeated at any time."""

import logging
from datetime import datetime

from pipelines.alerting.delivery.outbox import enqueue
from pipelines.alerting.delivery.report_outbox import settle_reports
from pipelines.alerting.delivery.sending import deliver
from pipelines.alerting.evaluation import evaluate
from pipelines.workspace import Workspace

_log = logging.getLogger(__name__)


def evaluate_and_queue(workspace: Workspace, now: datetime) -> str:
    """Judge the rules and queue what follows; what came of it, in words."""
    settings = workspace.settings_in_force()
    most = settings.judge_periods
    evaluation = evaluate(workspace.engine, workspace.catalog(), workspace.as_of, now, most)
    with workspace.engine.begin() as connection:
        queued = enqueue(connection, settings, now)
    counts = {**evaluation.outcomes, **evaluation.events, "messages queued": queued}
    said = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items())
    if not evaluation.cut:
        return said
    cut = (
        f"{evaluation.cut} rules on slices had more than {most:,} periods to judge; the oldest were left out"
    )
    _log.warning("%s (MDL_JUDGE_PERIODS)", cut)
    return f"{said}; {cut} (MDL_JUDGE_PERIODS)"


def queue_and_deliver(workspace: Workspace, now: datetime) -> str:
    """Send what is due by now; what came of it, in words."""
    # silences end and reminders fall due between publications
    settings = workspace.settings_in_force()
    with workspace.engine.begin() as connection:
        enqueue(connection, settings, now)
    done = deliver(workspace.engine, settings, now)
    with workspace.engine.begin() as connection:
        settle_reports(connection, now)
    return f"{done.delivered} delivered, {done.failed} to be tried again, {done.dead} given up"
