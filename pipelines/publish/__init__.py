"""The last stage of the write side: computed values become published numbers in the marts."""

from pipelines.publish.difference import Changes, Delivery
from pipelines.publish.publication import Publication, PublicationRequest, publish
from pipelines.publish.rules import PublishedMetric
from pipelines.publish.state import PublishedState, carry_seeds, read_state

__all__ = [
    "Changes",
    "Delivery",
    "Publication",
    "PublicationRequest",
    "PublishedMetric",
    "PublishedState",
    "carry_seeds",
    "publish",
    "read_state",
]
