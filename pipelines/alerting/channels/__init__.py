"""Ways to reach people: what a channel of the catalog stands for, and how a message gets there."""

from pipelines.alerting.channels.resolve import Channel, resolve
from pipelines.alerting.channels.sending import send

__all__ = ["Channel", "resolve", "send"]
