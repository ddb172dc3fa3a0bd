"""Scores of objectives, key results and domains: pure arithmetic, what it reads of the marts, what is written there."""
