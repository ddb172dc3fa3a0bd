"""Reports as documents: what they say, read once from one publication, and how that is written as files."""
