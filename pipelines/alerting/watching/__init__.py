"""Watching: what is wrong with deliveries and with the installation itself, found in the state there is."""
