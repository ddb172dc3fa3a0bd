"""What is held against every change before it runs: code, dependencies, licences, secrets."""
