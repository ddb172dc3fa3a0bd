"""When reports are made: periods that are due, whether their data are complete, and each made exactly once."""
