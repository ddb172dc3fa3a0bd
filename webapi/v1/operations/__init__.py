"""How much there is, what was published, and how good the deliveries were."""
