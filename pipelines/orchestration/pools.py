"""The pools of runs: of each, one run at a time."""

import dagster as dg

from pipelines.orchestration.assets import WRITER
from pipelines.orchestration.report_job import POOL


def know_pools(instance: dg.DagsterInstance) -> None:
    """Let Dagster know of the pools before the first run: by itself it learns of one by a run, and limits later ones.

    What waits beside that first run, as reports that are due at the same time, would all be launched with it.
    """
    for pool in (WRITER, POOL):
        instance.event_log_storage.initialize_concurrency_limit_to_default(pool)
