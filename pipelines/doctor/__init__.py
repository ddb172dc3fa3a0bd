"""What is wrong with an installation, and how to mend it: checks that read, and change nothing."""
