"""What a report says: each section from the read models, as its audience may see it."""
