"""Executes the jobs that Dagster serves in this process, against the same instance, so that runs show in its UI."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import dagster as dg
from dagster._core.errors import DagsterAssetCheckFailedError, DagsterExecutionInterruptedError
from dagster._core.instance.ref import InstanceRef

from core import tracing
from core.errors import DataError, MdlError
from core.progress import Advance
from core.settings import Settings
from pipelines.locks import writing
from pipelines.orchestration.abandoned import TAGS, end_abandoned_runs
from pipelines.orchestration.definitions import assemble
from pipelines.orchestration.instance import dagster_home, prepare
from pipelines.orchestration.partitions import key_of, newest_day
from pipelines.up_to_date import refuse_future
from pipelines.workspace import Workspace
from reports.publications import HELD_BACK

# the served instance captures what steps print by redirecting the process's own output: no place for progress bars
_NO_CAPTURE = {
    "compute_logs": {
        "module": "dagster._core.storage.noop_compute_log_manager",
        "class": "NoOpComputeLogManager",
    }
}


@dataclass(frozen=True)
class Local:
    """An installation that this process alone writes to."""

    workspace: Workspace
    instance: dg.DagsterInstance
    definitions: dg.Definitions

    def execute(
        self, job: str, ops: Mapping[str, Mapping[str, Any]] | None = None, log_level: str = "CRITICAL"
    ) -> dict[str, dict[str, Any]]:
        """Execute a job and return what each asset said of itself, by asset; `ops` is config by step.

        Raises:
            MdlError: a step failed; the error that it raised.
            DataError: a blocking check failed, or metrics were held back.
            KeyboardInterrupt: the user ended it.
        """
        resolved = self.definitions.resolve_job_def(job)
        is_daily = resolved.partitions_def is not None
        try:
            result = resolved.execute_in_process(
                instance=self.instance,
                partition_key=key_of(newest_day(self.workspace.settings)) if is_daily else None,
                run_config={
                    "ops": {name: {"config": dict(config)} for name, config in (ops or {}).items()},
                    "loggers": {"console": {"config": {"log_level": log_level}}},
                },
                tags=TAGS,
            )
        except (dg.Failure, dg.RetryRequested) as failure:
            raise _cause(failure) from None
        except DagsterExecutionInterruptedError:
            raise KeyboardInterrupt from None
        except RuntimeError as error:
            if str(error) == "Query interrupted":  # how DuckDB passes Ctrl-C on
                raise KeyboardInterrupt from None
            raise
        except DagsterAssetCheckFailedError as failure:
            raise DataError(f"nothing was published: {failure}") from None
        facts = {
            event.asset_key.to_user_string(): {
                name: value.value for name, value in event.materialization.metadata.items()
            }
            for event in result.get_asset_materialization_events()
            if event.asset_key is not None
        }
        held_back = facts.get("metric_values", {}).get(HELD_BACK)
        if held_back:
            said = "; ".join([str(held_back), *_failed_checks(result)]).removesuffix(".")
            raise DataError(
                f"held back, while all else was published: {said}. "
                "What stood of it stands; the next run tries again"
            )
        return facts


def _failed_checks(result: dg.ExecuteInProcessResult) -> list[str]:
    """What the checks of computed values found, in words."""
    return [
        f"{one.check_name}: {one.description}"
        for one in result.get_asset_check_evaluations()
        if not one.passed and one.asset_key.to_user_string() == "computed_values"
    ]


def _cause(failure: Exception) -> BaseException:
    return failure.__cause__ if isinstance(failure.__cause__, MdlError) else failure


@contextmanager
def local(settings: Settings, advance: Advance, on_wait: Callable[[], None]) -> Iterator[Local]:
    """Open the installation and hold the writer's lock, waiting for a run that has it.

    Raises:
        TransientError: the embedded PostgreSQL did not start.
        PermanentError: MDL_AS_OF lies in the future.
    """
    refuse_future(settings)
    tracing.configure(settings)
    with closing(Workspace.open(settings, advance)) as workspace:
        prepare(settings, workspace.engine)
        instance = dg.DagsterInstance.from_ref(InstanceRef.from_dir(dagster_home(), overrides=_NO_CAPTURE))
        resource = dg.ResourceDefinition.hardcoded_resource(workspace)
        with instance, writing(workspace.engine, on_wait):
            end_abandoned_runs(instance)
            workspace.follow_settings()
            yield Local(workspace, instance, assemble(settings, resource))
