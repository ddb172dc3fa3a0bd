"""The command line, above everything: a file per group of commands; what they need is imported when they are called."""
