"""The formula language: from text to checked, resolved and rendered expressions."""
