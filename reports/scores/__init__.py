"""What stands beside a scorecard: what moved since the publication before, and how an objective came to stand so."""
