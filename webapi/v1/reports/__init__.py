"""Reports that were made: the archive, its files, and what became of each."""
