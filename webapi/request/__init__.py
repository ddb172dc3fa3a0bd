"""The request in hand: what is known of it, how long it may take, and how its problems are told."""
