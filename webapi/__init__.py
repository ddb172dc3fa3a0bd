"""HTTP: application factory and resources. The only room that knows Flask."""
