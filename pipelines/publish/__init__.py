"""The last stage of the write side: computed values become published numbers in the marts."""

from pipelines.publish.difference import Changes, ComputedRows
from pipelines.publish.publication import PublicationRequest, PublicationResult, publish
from pipelines.publish.rules import PublishedMetric
from pipelines.publish.state import PublishedState, carry_seeds, read_state

__all__ = [
    "Changes",
    "ComputedRows",
    "PublicationRequest",
    "PublicationResult",
    "PublishedMetric",
    "PublishedState",
    "carry_seeds",
    "publish",
    "read_state",
]
