"""Great Expectations at work: rules as suites, run over data frames; the only module that imports it."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pipelines.validation.put_off  # noqa: F401  before what it is for

# isort: split
import great_expectations as gx
import pandas as pd
from great_expectations import expectations as gxe
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.execution_engine import pandas_execution_engine

from pipelines.validation.rules import RowRule

# a fingerprint of every batch, which nothing here asks for, was an eighth of the time of a pass
pandas_execution_engine.HASH_THRESHOLD = 0

_RESULT_FORMAT = {"result_format": "COMPLETE", "include_unexpected_rows": False}


_EXPECTATIONS = {
    "null": gxe.ExpectColumnValuesToBeNull,
    "not_null": gxe.ExpectColumnValuesToNotBeNull,
    "between": gxe.ExpectColumnValuesToBeBetween,
    "equal": gxe.ExpectColumnPairValuesToBeEqual,
}


def ephemeral_context(site: Path | None = None) -> Any:
    """A context that keeps nothing but the pages it may build in `site`, and draws no bars."""
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    pages = {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(site)},
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        data_docs_sites={"data_docs": pages} if site else {},
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
        analytics_enabled=False,
    )
    return gx.get_context(project_config=config, mode="ephemeral")


class RowSuite:
    """A suite of rules ready to run over frames whose columns the rules name."""

    def __init__(self, name: str, rules: Sequence[RowRule]) -> None:
        self.name = name
        self.rules = list(rules)
        self.expectations = [_EXPECTATIONS[rule.kind](**rule.kwargs) for rule in rules]
        frames = ephemeral_context().data_sources.add_pandas("frames").add_dataframe_asset("frame")
        self._batches = frames.add_batch_definition_whole_dataframe("whole")
        self._suite = gx.ExpectationSuite(name=name, expectations=self.expectations)

    def run(self, frame: pd.DataFrame) -> list[Any]:
        """One result per rule, in their order; `unexpected_index_list` holds labels of the frame's index.

        Raises:
            RuntimeError: an expectation could not be evaluated, which says nothing of the data.
        """
        batch = self._batches.get_batch(batch_parameters={"dataframe": frame})
        outcome = batch.validate(self._suite, result_format=_RESULT_FORMAT)
        by_config = {_identity(result.expectation_config): result for result in outcome.results}
        results = [by_config[_identity(one.configuration)] for one in self.expectations]
        for message in (text for result in results for text in _exceptions(result.exception_info)):
            raise RuntimeError(f"suite {self.name} could not be evaluated: {message}")
        return results


def _identity(configuration: Any) -> tuple[str, str]:
    kwargs = {key: value for key, value in configuration.kwargs.items() if key != "batch_id"}
    return configuration.type, repr(sorted(kwargs.items()))


def _exceptions(info: Mapping[str, Any]) -> Iterator[str]:
    """Messages of what was raised; the shape is one entry, or one per metric that failed."""
    entries = [info] if "raised_exception" in info else info.values()
    for entry in entries:
        if entry["raised_exception"]:
            yield str(entry["exception_message"])
