"""Ways to reach people: what a channel of the catalog stands for, and how a message gets there."""

from pipelines.alerting.delivery.channels.by_kind import send
from pipelines.alerting.delivery.channels.resolve import Channel, resolve

__all__ = ["Channel", "resolve", "send"]
