"""A served installation under attack by tools that know nothing of its code."""
