"""What lies around the views: the way from the server to Flask and back, the same for every path."""
