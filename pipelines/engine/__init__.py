"""The compute engine: from events in the lake to one row per metric, grain, slice and period."""
