"""Validation: staged rows against suites built from the catalog; good rows to the lake, others to quarantine."""

from pipelines.validation.accept import accept_staged
from pipelines.validation.lake_check import full_check
from pipelines.validation.report import FileOutcome, RuleOutcome, ValidationReport

__all__ = ["FileOutcome", "RuleOutcome", "ValidationReport", "accept_staged", "full_check"]
