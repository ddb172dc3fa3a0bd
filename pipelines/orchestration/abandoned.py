"""Runs of `mdl run` whose process was killed: Dagster cannot know, and would count them as running for ever."""

import dagster as dg

ORIGIN = {"mdl/origin": "command"}
"""Tag of runs that a command executes in its own process, where no daemon watches them."""

TAGS = {
    **ORIGIN,
    # whoever called the command sees that it failed, and calls it again
    "dagster/max_retries": "0",
    # the timeline and a job's page show what belongs to the code location that workspace.yaml names
    "dagster/code_location": "mdl",
    ".dagster/repository": "__repository__@mdl",
}

_UNFINISHED = [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]


def unfinished_runs(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    """Runs of commands that have not said how they ended: the one that holds the writer's lock, and dead ones."""
    return list(instance.get_runs(filters=dg.RunsFilter(statuses=_UNFINISHED, tags=ORIGIN)))


def end_abandoned_runs(instance: dg.DagsterInstance) -> int:
    """Mark them as failed; only for those who know that no command is running, since they hold the writer's lock."""
    abandoned = unfinished_runs(instance)
    for run in abandoned:
        instance.report_run_failed(run, "The process that executed this run was killed.")
    return len(abandoned)
