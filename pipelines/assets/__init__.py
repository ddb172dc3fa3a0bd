"""The assets from catalog to scorecard; a body calls one thing and states its facts."""

OWNERS = ["team:data-platform"]

WRITER = "mdl_writer"
"""The pool of every asset and op that writes; dagster.yaml gives each pool one slot."""
