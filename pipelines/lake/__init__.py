"""The lake: the Delta table of accepted events, and the only code that writes it."""

from pipelines.lake.delivery import Commit, Delivery, deliver, superseded_counts
from pipelines.lake.table import Lake

__all__ = ["Commit", "Delivery", "Lake", "deliver", "superseded_counts"]
