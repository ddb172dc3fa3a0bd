"""Delivery: from the state of incidents to messages in the outbox, and from there to people."""
