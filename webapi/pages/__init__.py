"""Pages for people: scorecard, objectives, metrics, incidents, data and catalog, complete without scripts."""
