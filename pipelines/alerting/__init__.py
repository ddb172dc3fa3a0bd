"""Alerting: rules are judged on what is published, and become incidents; people are told of these through an outbox."""
