"""Alert rules and their conditions, and what people do to incidents: shared by evaluation, API and command line."""
