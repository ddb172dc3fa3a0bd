"""Where settings come from beside the environment, and in which words they are told."""
