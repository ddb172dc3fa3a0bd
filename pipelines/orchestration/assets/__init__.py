"""The assets from catalog to scorecard; a body calls one thing and states its facts."""

import warnings

import dagster as dg

# backfill_policy is called beta, and warns wherever it is used; backfills are tested in tests/integration
warnings.filterwarnings("ignore", "Parameter `backfill_policy`", category=dg.BetaWarning)

OWNERS = ["team:data-platform"]

WRITER = "mdl_writer"
"""The pool of every asset and op that writes; dagster.yaml gives each pool one slot."""
