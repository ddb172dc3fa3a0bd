"""Ingest: find new or changed files of the sources, and turn them into typed rows that wait for validation."""

from pipelines.ingest.stage import StageReport, stage_sources

__all__ = ["StageReport", "stage_sources"]
