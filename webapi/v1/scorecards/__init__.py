"""Progress of objectives, and the scorecards of domains."""
