"""How the installation stands: deliveries, refused rows, quality, counts, and the state of alerting."""
