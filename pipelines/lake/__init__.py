"""The lake: the Delta table of accepted events, and the only code that writes it."""

from pipelines.lake.delivery import AcceptedRows, Commit, deliver, superseded_counts
from pipelines.lake.table import Lake

__all__ = ["AcceptedRows", "Commit", "Lake", "deliver", "superseded_counts"]
