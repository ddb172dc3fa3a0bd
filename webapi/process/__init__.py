"""What a process keeps between requests, and what needs no request to be worked out; knows nothing of views."""
