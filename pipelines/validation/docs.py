"""Data Docs: the latest results as the pages that Great Expectations makes for operators."""

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.validation.expectations import ephemeral_context  # first: it puts off what nothing here needs

# isort: split
from great_expectations.core import (
    ExpectationSuite,
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
    RunIdentifier,
)
from great_expectations.data_context.types.resource_identifiers import (
    ExpectationSuiteIdentifier,
    ValidationResultIdentifier,
)
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

from core.settings import Settings
from pipelines.validation.report import FileOutcome, RuleOutcome

# a page costs about a tenth of a second
_PAGES = 20


def docs_path(settings: Settings) -> Path:
    """The folder of the pages; `index.html` is the first."""
    return settings.home / "data_docs"


def build_data_docs(settings: Settings, files: Sequence[FileOutcome], now: datetime) -> Path:
    """Build pages for the last files validated, rejected ones first; they take the place of the old pages."""
    target = docs_path(settings)
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    context = ephemeral_context(fresh)
    shown = sorted(files, key=lambda file: file.status != "rejected")[:_PAGES]
    for source_id in {file.source_id for file in shown}:
        rules = next(file.rules for file in shown if file.source_id == source_id)
        suite = ExpectationSuite(name=source_id, expectations=[_configuration(rule) for rule in rules])
        context.suites.add(suite)
    for file in shown:
        run = RunIdentifier(run_name=f"{now:%Y-%m-%d %H:%M:%S}", run_time=now)
        key = ValidationResultIdentifier(
            ExpectationSuiteIdentifier(file.source_id), run, file.path.replace("/", "_").replace("\\", "_")
        )
        context.validation_results_store.set(key, _result(file, run))
    context.build_data_docs()
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return target


def _configuration(rule: RuleOutcome) -> Any:
    return ExpectationConfiguration(type=rule.expectation, kwargs=rule.kwargs)


def _result(file: FileOutcome, run: Any) -> Any:
    met = sum(rule.success for rule in file.rules)
    return ExpectationSuiteValidationResult(
        success=met == len(file.rules),
        suite_name=file.source_id,
        results=[
            ExpectationValidationResult(
                success=rule.success,
                expectation_config=_configuration(rule),
                result={
                    "element_count": rule.element_count,
                    "unexpected_count": rule.unexpected_count,
                    "unexpected_percent": 100 * rule.unexpected_count / max(1, rule.element_count),
                    "partial_unexpected_list": rule.examples,
                },
            )
            for rule in file.rules
        ],
        statistics={
            "evaluated_expectations": len(file.rules),
            "successful_expectations": met,
            "unsuccessful_expectations": len(file.rules) - met,
            "success_percent": 100 * met / max(1, len(file.rules)),
        },
        meta={
            "run_id": run,
            "active_batch_definition": {"datasource_name": "landing", "data_asset_name": file.path},
            "file_status": file.status,
        },
    )
