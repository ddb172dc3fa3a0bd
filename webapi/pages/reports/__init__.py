"""Reports as pages: what was made and sent, one report with its runs, one run as it was, and its files."""
