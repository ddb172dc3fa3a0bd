"""The Dagster resource `workspace`, opened when a run needs it and never at import."""

from collections.abc import Iterator
from contextlib import closing

import dagster as dg

from core.settings import Settings
from pipelines.locks import writing
from pipelines.priority import give_way
from pipelines.workspace import Workspace


def served_workspace(settings: Settings) -> dg.ResourceDefinition:
    """The workspace of runs that Dagster launches; each holds the writer's lock from begin to end.

    All steps of a run share one process (`in_process_executor`), so the resource is opened once for a run.
    """

    @dg.resource(description="Settings, database, lake and catalog of this installation.")
    def workspace(context: dg.InitResourceContext) -> Iterator[Workspace]:
        def on_wait() -> None:
            if context.log:
                context.log.info("another run is writing; this one goes on when it has ended")

        with closing(Workspace.open(settings)) as opened, writing(opened.engine, on_wait):
            give_way()
            opened.follow_settings()
            yield opened

    return workspace
